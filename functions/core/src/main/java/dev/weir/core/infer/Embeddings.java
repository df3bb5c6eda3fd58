package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Pass;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Optional;

/**
 * {@code POST /v1/embeddings} in OpenAI's shape, from a text model's encoders or a remote service.
 * Floats or, as OpenAI's own clients ask for, base64 of little-endian 32-bit floats. Thread-safe.
 */
public final class Embeddings {

  private final Entitled entitled;
  private final Inference inference;
  private final RemoteCall remote;
  private final DirectCalls direct;
  private final Once once;

  public Embeddings(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.entitled = new Entitled(ports, endpoints);
    this.inference = new Inference(ports, endpoints, replicas, client);
    this.remote = new RemoteCall(ports.secrets());
    this.direct = new DirectCalls(ports);
    this.once = new Once(ports);
  }

  /** Answers; one call whatever the number of texts, at most {@link InferLimits#BATCH_MAX}. */
  public Reply embed(ApiKeys.Caller caller, String body, Optional<String> idempotencyKey) {
    InferLimits.checkBody(body);
    if (!(Json.parseTree(body) instanceof ObjectNode request)) {
      throw invalid("the body is not a JSON object");
    }
    if (!request.path("model").isTextual()) {
      throw invalid("\"model\" is not a string");
    }
    String format = request.path("encoding_format").asText("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw invalid("\"encoding_format\" \"" + format + "\" is neither float nor base64");
    }
    Agreement agreement = caller.agreement();
    Endpoint endpoint = entitled.endpoint(agreement, request.path("model").textValue());
    return once.run(
        agreement.id(),
        "POST /v1/embeddings",
        idempotencyKey,
        body,
        attempt ->
            switch (endpoint.backend()) {
              case Endpoint.Own own ->
                  entitled.within(
                      Entitled.who(caller),
                      attempt.billing(),
                      Entitled::ownMost,
                      pass -> own(endpoint, own, agreement, request, format, attempt, pass));
              case Endpoint.Remote service ->
                  entitled.within(
                      Entitled.who(caller),
                      Grant.Billing.ROW,
                      () -> RemoteCall.mostOfInput(service, request),
                      pass -> remote(endpoint, service, agreement, request, attempt, pass));
            });
  }

  private Reply remote(
      Endpoint endpoint,
      Endpoint.Remote service,
      Agreement agreement,
      ObjectNode request,
      Once.Attempt attempt,
      Pass pass) {
    RemoteCall.Answer answer = remote.embed(endpoint, service, request);
    Reply reply = Reply.json(Json.write(answer.body()));
    direct.commit(
        agreement, endpoint, attempt.callId(), answer.tokens(), attempt.completion(reply), pass);
    return reply;
  }

  private Reply own(
      Endpoint endpoint,
      Endpoint.Own own,
      Agreement agreement,
      ObjectNode request,
      String format,
      Once.Attempt attempt,
      Pass pass) {
    if (request.hasNonNull("dimensions")) {
      throw invalid("\"dimensions\" is not supported by model \"" + endpoint.name() + "\"");
    }
    Inference.Call call =
        new Inference.Call(
            attempt.callId(),
            agreement.id(),
            agreement.billedThrough(),
            attempt.billing(),
            InferLimits.DEADLINE);
    ObjectNode reply =
        inference.invoke(endpoint, own, call, Json.write(instances(request.path("input")))).body();
    long tokens = reply.path("usage").path("inputTokens").asLong();
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.put("object", "list");
    answer.put("model", endpoint.name());
    ArrayNode data = answer.putArray("data");
    for (JsonNode embedding : reply.path("embeddings")) {
      ObjectNode item = data.addObject();
      item.put("object", "embedding");
      item.put("index", data.size() - 1);
      if (format.equals("base64")) {
        item.put("embedding", base64(embedding));
      } else {
        item.set("embedding", embedding);
      }
    }
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    Reply said = Reply.json(Json.write(answer));
    if (call.billing() == Grant.Billing.ROW) {
      direct.commitOwn(
          agreement, endpoint, attempt.callId(), reply, attempt.completion(said), pass);
    }
    return said;
  }

  private static ObjectNode instances(JsonNode input) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("output", "embedding");
    ArrayNode instances = body.putArray("instances");
    if (input.isTextual()) {
      instances.addObject().put("text", input.textValue());
      return body;
    }
    if (!input.isArray() || input.isEmpty()) {
      throw invalid("\"input\" is neither a string nor an array of at least one string");
    }
    if (input.size() > InferLimits.BATCH_MAX) {
      throw new ProblemException(
          Problem.tooLarge("batch size " + input.size() + " > " + InferLimits.BATCH_MAX));
    }
    for (JsonNode text : input) {
      if (!text.isTextual()) {
        throw invalid("/input/" + instances.size() + " is not a string");
      }
      instances.addObject().put("text", text.textValue());
    }
    return body;
  }

  private static String base64(JsonNode floats) {
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    floats.forEach(value -> bytes.putFloat(value.floatValue()));
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
