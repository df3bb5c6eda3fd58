package dev.weir.gateway;

import dev.weir.core.infer.Replica;
import dev.weir.core.job.AgentWire;
import dev.weir.core.meter.UsageBatch;
import dev.weir.gateway.control.ControlDescription;
import dev.weir.gateway.openapi.Described;
import dev.weir.gateway.openapi.Document;
import java.util.List;

/** The OpenAPI document of all three APIs; a test holds it to their routers. */
final class OpenApi {

  /** Where it is served, to anybody. */
  static final String PATH = "/openapi.json";

  private OpenApi() {}

  /** Made once: the routes of a running program do not change. */
  private static final class Made {
    static final String JSON = make();
  }

  static String document() {
    return Made.JSON;
  }

  private static String make() {
    return new Document(
            "Weir",
            "0.1",
            "What a model's customers call, what its vendor controls, and what hosts report."
                + " Failures are problems as RFC 9457 says; requests with unknown fields are"
                + " refused; amounts are integers of 10⁻⁶ of the currency's minor unit.")
        .add("inference", "What customers call, with an API key.", "apiKey", inference())
        .add(
            "control",
            "The vendor's own; GET takes the read token too.",
            "controlToken",
            ControlDescription.all())
        .add("agent", "What jobs and replicas call.", "agentToken", agent())
        .json();
  }

  static List<Described> inference() {
    return List.of(
        Described.of("POST /v1/models/{name}/predict", "Predicts for a batch of instances.")
            .body("PredictRequest")
            .answers("PredictAnswer")
            .deferred()
            .repeatable(),
        Described.of("POST /v1/chat/completions", "Answers a chat, as OpenAI's API does.")
            .body("ChatRequest")
            .answers("ChatCompletion")
            .streams()
            .deferred()
            .repeatable(),
        Described.of("GET /v1/operations/{id}", "A request that is answered later, and its answer.")
            .answers("Operation"),
        Described.of("POST /v1/embeddings", "Embeds texts, as OpenAI's API does.")
            .body("EmbeddingsRequest")
            .answers("Embeddings")
            .repeatable(),
        Described.of("GET /v1/models", "What the key's agreement may call.").answers("ModelList"),
        Described.of("POST /v1/claims", "Redeems a claim code for the first API key.")
            .body(InferApi.ClaimBody.class)
            .answers(201, InferApi.Claimed.class)
            .withoutToken(),
        Described.of("GET /v2", "What this server is (Open Inference Protocol).")
            .answers("ServerMetadata")
            .withoutToken(),
        Described.of("GET /v2/health/live", "Whether it runs.").answers("Live").withoutToken(),
        Described.of("GET /v2/health/ready", "Whether it answers.").answers("Ready").withoutToken(),
        Described.of("GET /v2/models/{name}", "What a model is.").answers("ModelMetadata"),
        Described.of("GET /v2/models/{name}/ready", "Whether a model answers now.")
            .answers("ModelReady"),
        Described.of("POST /v2/models/{name}/infer", "Predicts for a batch of tensors' rows.")
            .body("InferRequest")
            .answers("InferAnswer")
            .repeatable(),
        Described.of("GET " + PATH, "This document.").answers("OpenApiDocument").withoutToken());
  }

  static List<Described> agent() {
    return List.of(
        Described.of("POST /agent/v1/claim", "Takes the attempt that the token names.")
            .body(AgentWire.Claim.class)
            .answers(AgentWire.Assignment.class),
        Described.of("POST /agent/v1/heartbeat", "Says how far an attempt is.")
            .body(AgentWire.Heartbeat.class)
            .answers(AgentWire.HeartbeatAnswer.class),
        Described.of("POST /agent/v1/checkpoint", "Says that a checkpoint was put.")
            .body(AgentWire.CheckpointSaved.class)
            .answers(AgentWire.CheckpointAnswer.class),
        Described.of("POST /agent/v1/complete", "Ends an attempt with its artifact.")
            .body(AgentWire.Completion.class)
            .answers(AgentWire.CompletionAnswer.class),
        Described.of("POST /agent/v1/fail", "Ends an attempt that failed.")
            .body(AgentWire.Failure.class)
            .answers(AgentWire.FailureAnswer.class),
        Described.of("POST /agent/v1/replicas", "Takes or renews a replica's lease.")
            .body(Replica.Lease.class)
            .answers(Replica.Leased.class),
        Described.of("POST /agent/v1/usage", "Hands in a batch of sums; header x-weir-endpoint.")
            .body(UsageBatch.class)
            .answers("Applied"));
  }
}
