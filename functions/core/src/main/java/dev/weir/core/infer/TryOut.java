package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;

/**
 * The vendor's own try-out of an endpoint: answered like a customer's predict call, and neither
 * counted nor billed. Its answer says {@code "trial": true}. Thread-safe.
 */
public final class TryOut {

  /** Who calls, in the grant that a replica sees; no agreement is called so. */
  private static final String NOBODY = "vendor-trial";

  private final Endpoints endpoints;
  private final Inference inference;
  private final TextAnswers answers;
  private final Ids ids;

  public TryOut(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.endpoints = endpoints;
    this.inference = new Inference(ports, endpoints, replicas, client);
    this.answers = new TextAnswers(inference, new RemoteCall(ports.secrets()));
    this.ids = new Ids(ports.clock());
  }

  /**
   * Answers as {@link Predict} does; a remote chat service is asked one text.
   *
   * @param body {@code {"instances":[…]}}
   */
  public Reply predict(String name, String body) {
    InferLimits.checkBody(body);
    JsonNode instances = Predict.instances(body);
    Endpoint endpoint = endpoints.require(name);
    ObjectNode reply =
        switch (endpoint.backend()) {
          case Endpoint.Own own -> own(endpoint, own, body);
          case Endpoint.Remote service -> remote(endpoint, service, instances);
        };
    reply.put("model", endpoint.name());
    reply.put("trial", true);
    return Reply.json(Json.write(reply));
  }

  private ObjectNode own(Endpoint endpoint, Endpoint.Own own, String body) {
    // Billing by a row that nobody writes: the replica leaves the facts to the caller.
    Inference.Call call =
        new Inference.Call(ids.next(), NOBODY, NOBODY, Grant.Billing.ROW, InferLimits.DEADLINE);
    Inference.Answered answered = inference.invoke(endpoint, own, call, body);
    return answered.body().put("version", answered.version());
  }

  private ObjectNode remote(Endpoint endpoint, Endpoint.Remote service, JsonNode instances) {
    JsonNode text = instances.path(0).path("text");
    if (instances.size() != 1 || !text.isTextual()) {
      throw new ProblemException(
          Problem.invalid(
              "endpoint \""
                  + endpoint.name()
                  + "\" is a remote chat service; try it with one text"));
    }
    Call.Answer answer = answers.remote(endpoint, service, text.textValue());
    ObjectNode reply = Json.MAPPER.createObjectNode();
    reply.putArray("predictions").addObject().put("answer", answer.text());
    ObjectNode usage = reply.putObject("usage");
    usage.put("inputTokens", answer.tokens().input());
    usage.put("outputTokens", answer.tokens().output());
    usage.put("estimated", answer.tokens().estimated());
    answer.tokens().flag().ifPresent(flag -> usage.put("flag", flag));
    return reply;
  }
}
