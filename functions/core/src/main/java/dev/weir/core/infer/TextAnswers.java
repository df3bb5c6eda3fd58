package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Answers one question in words, by whatever is behind an endpoint. */
final class TextAnswers {

  private static final int CONFIDENCE_DIGITS = 4;

  private final Inference inference;
  private final RemoteCall remote;

  TextAnswers(Inference inference, RemoteCall remote) {
    this.inference = inference;
    this.remote = remote;
  }

  /** By the predicted intent's answer, or an honest "I do not know". */
  Call.Answer own(Endpoint endpoint, Endpoint.Own own, Inference.Call call, String question) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("instances").addObject().put("text", question);
    ObjectNode reply = inference.invoke(endpoint, own, call, Json.write(body)).body();
    JsonNode prediction = reply.path("predictions").path(0);
    if (!prediction.path("label").isTextual()) {
      throw new ProblemException(
          Problem.invalid("model \"" + endpoint.name() + "\" does not answer in words"));
    }
    boolean answered = prediction.path("answered").asBoolean(false);
    String text = prediction.path("answer").asText("");
    boolean says = answered && !text.isBlank();
    JsonNode usage = reply.path("usage");
    return new Call.Answer(
        says ? text : Languages.doNotKnow(question),
        says,
        confidence(prediction.path("score")),
        Optional.of(prediction.path("label").textValue()),
        Tokens.exact(usage.path("inputTokens").asLong(), usage.path("outputTokens").asLong()),
        usage.path("computeUs").asLong());
  }

  /** What asking a service costs at most, by meter. */
  static Map<String, Long> most(Endpoint.Remote service, String question) {
    return RemoteCall.most(service, request(question));
  }

  private static ObjectNode request(String question) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    return body;
  }

  /** By a service that the vendor runs; it is taken to know what it says. */
  Call.Answer remote(Endpoint endpoint, Endpoint.Remote service, String question) {
    ObjectNode body = request(question);
    RemoteCall.Answer answer = remote.complete(endpoint, service, body);
    String text = answer.body().path("choices").path(0).path("message").path("content").asText("");
    boolean answered = !text.isBlank();
    return new Call.Answer(
        answered ? text : Languages.doNotKnow(question),
        answered,
        Optional.empty(),
        Optional.empty(),
        answer.tokens(),
        0);
  }

  private static Optional<String> confidence(JsonNode score) {
    return score.isNumber()
        ? Optional.of(
            BigDecimal.valueOf(score.doubleValue())
                .setScale(CONFIDENCE_DIGITS, RoundingMode.HALF_EVEN)
                .toPlainString())
        : Optional.empty();
  }
}
