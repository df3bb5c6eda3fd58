package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Pass;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Optional;

/**
 * {@code POST /v1/models/{model}/predict}: a batch of instances for one of Weir's own models, one
 * call whatever its size. The replica that answers counts it, before it answers; under an
 * Idempotency-Key the commit that keeps the answer does. Thread-safe.
 */
public final class Predict {

  private final Entitled entitled;
  private final Inference inference;
  private final DirectCalls direct;
  private final Once once;

  public Predict(Ports ports, Endpoints endpoints, Replicas replicas, ReplicaClient client) {
    this.entitled = new Entitled(ports, endpoints);
    this.inference = new Inference(ports, endpoints, replicas, client);
    this.direct = new DirectCalls(ports);
    this.once = new Once(ports);
  }

  /**
   * Answers {@code {"id","model","version","predictions":[…],"usage":{…}}}.
   *
   * @param body {@code {"instances":[{"feature":value,…} | {"text":…}]}}, 1 to {@link
   *     InferLimits#BATCH_MAX} instances
   * @throws ProblemException 400, 404, 413, 422 for the sender; 429, 502, 503, 504 where the model
   *     cannot answer now
   */
  public Reply predict(
      ApiKeys.Caller caller, String model, String body, Optional<String> idempotencyKey) {
    return predict(Entitled.who(caller), model, body, idempotencyKey);
  }

  Reply predict(Who who, String model, String body, Optional<String> idempotencyKey) {
    InferLimits.checkBody(body);
    Agreement agreement = who.agreement();
    Endpoint endpoint = entitled.endpoint(agreement, model);
    if (!(endpoint.backend() instanceof Endpoint.Own own)) {
      throw new ProblemException(
          Problem.invalid(
              "model \"" + model + "\" is a remote chat service; call /v1/chat/completions"));
    }
    instances(body);
    return once.run(
        agreement.id(),
        "POST /v1/models/" + model + "/predict",
        idempotencyKey,
        body,
        attempt ->
            entitled.within(
                who,
                attempt.billing(),
                Entitled::ownMost,
                pass -> answer(endpoint, own, agreement, attempt, body, pass)));
  }

  private Reply answer(
      Endpoint endpoint,
      Endpoint.Own own,
      Agreement agreement,
      Once.Attempt attempt,
      String body,
      Pass pass) {
    Inference.Call call =
        new Inference.Call(
            attempt.callId(),
            agreement.id(),
            agreement.billedThrough(),
            attempt.billing(),
            InferLimits.DEADLINE);
    Inference.Answered answered = inference.invoke(endpoint, own, call, body);
    ObjectNode reply = answered.body();
    reply.put("id", attempt.callId());
    reply.put("model", endpoint.name());
    reply.put("version", answered.version());
    Reply answer = Reply.json(Json.write(reply));
    if (call.billing() == Grant.Billing.ROW) {
      direct.commitOwn(
          agreement, endpoint, attempt.callId(), answered.body(), attempt.completion(answer), pass);
    }
    return answer;
  }

  /** The instances of a body; a problem where they are none, too many or no array. */
  static JsonNode instances(String body) {
    JsonNode instances = Json.parseTree(body).path("instances");
    if (!instances.isArray()) {
      throw new ProblemException(Problem.invalid("\"instances\" is not an array"));
    }
    if (instances.isEmpty() || instances.size() > InferLimits.BATCH_MAX) {
      String violated =
          instances.isEmpty()
              ? "batch size 0 < 1"
              : "batch size " + instances.size() + " > " + InferLimits.BATCH_MAX;
      throw new ProblemException(
          instances.isEmpty() ? Problem.invalid(violated) : Problem.tooLarge(violated));
    }
    return instances;
  }
}
