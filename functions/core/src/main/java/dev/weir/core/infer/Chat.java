package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The shapes of OpenAI's chat completions: what is asked, and how an answer is said. */
final class Chat {

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");

  private Chat() {}

  /** Reads a request and refuses what no model could answer. */
  static ObjectNode parse(String body) {
    InferLimits.checkBody(body);
    if (!(Json.parseTree(body) instanceof ObjectNode request)) {
      throw invalid("the body is not a JSON object");
    }
    if (!request.path("model").isTextual()) {
      throw invalid("\"model\" is not a string");
    }
    JsonNode messages = request.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw invalid("\"messages\" is not an array of at least one message");
    }
    if (messages.size() > InferLimits.MESSAGES_MAX) {
      throw new ProblemException(
          Problem.tooLarge("messages " + messages.size() + " > " + InferLimits.MESSAGES_MAX));
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!ROLES.contains(messages.get(i).path("role").asText(""))) {
        throw invalid("/messages/" + i + "/role is none of " + ROLES.stream().sorted().toList());
      }
    }
    checkRange(request, "max_tokens", 1, Integer.MAX_VALUE);
    checkRange(request, "max_completion_tokens", 1, Integer.MAX_VALUE);
    checkRange(request, "n", 1, InferLimits.CHOICES_MAX);
    if (request.has("stream")
        && !request.path("stream").isBoolean()
        && !request.path("stream").isNull()) {
      throw invalid("\"stream\" is not true or false");
    }
    return request;
  }

  static boolean streamed(JsonNode request) {
    return request.path("stream").asBoolean(false);
  }

  /** What the user said last. */
  static String question(JsonNode request) {
    JsonNode messages = request.path("messages");
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).path("role").asText().equals("user")) {
        String text = text(messages.get(i).path("content"));
        if (text.isBlank()) {
          throw invalid("/messages/" + i + "/content has no text");
        }
        if (text.length() > InferLimits.TEXT_MAX_CHARS) {
          throw new ProblemException(
              Problem.tooLarge(
                  "question " + text.length() + " characters > " + InferLimits.TEXT_MAX_CHARS));
        }
        return text;
      }
    }
    throw invalid("no message has the role \"user\"");
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(part.path("text").asText(""));
    }
    return text.toString();
  }

  /** A whole answer. */
  static ObjectNode completion(String callId, String model, long created, Call.Answer answer) {
    ObjectNode body = head(callId, "chat.completion", model, created);
    ObjectNode choice = body.putArray("choices").addObject();
    choice.put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", answer.text())
        .putNull("refusal");
    choice.putNull("logprobs");
    choice.put("finish_reason", "stop");
    usage(body, answer.tokens());
    extension(body, answer);
    return body;
  }

  /** The same answer as events, without the final {@code [DONE]}. */
  static List<String> events(
      String callId, String model, long created, Call.Answer answer, boolean withUsage) {
    List<String> events = new ArrayList<>();
    ObjectNode role = head(callId, "chat.completion.chunk", model, created);
    delta(role).putObject("delta").put("role", "assistant").put("content", "");
    events.add(Json.write(role));
    ObjectNode content = head(callId, "chat.completion.chunk", model, created);
    delta(content).putObject("delta").put("content", answer.text());
    events.add(Json.write(content));
    ObjectNode end = head(callId, "chat.completion.chunk", model, created);
    ObjectNode last = delta(end);
    last.putObject("delta");
    last.put("finish_reason", "stop");
    extension(end, answer);
    events.add(Json.write(end));
    if (withUsage) {
      ObjectNode usage = head(callId, "chat.completion.chunk", model, created);
      usage.putArray("choices");
      usage(usage, answer.tokens());
      events.add(Json.write(usage));
    }
    return events;
  }

  private static ObjectNode head(String callId, String object, String model, long created) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", "chatcmpl-" + callId)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }

  private static ObjectNode delta(ObjectNode chunk) {
    ObjectNode choice = chunk.putArray("choices").addObject();
    choice.put("index", 0);
    choice.putNull("logprobs");
    choice.putNull("finish_reason");
    return choice;
  }

  private static void usage(ObjectNode body, Tokens tokens) {
    body.putObject("usage")
        .put("prompt_tokens", tokens.input())
        .put("completion_tokens", tokens.output())
        .put("total_tokens", tokens.input() + tokens.output());
  }

  private static void extension(ObjectNode body, Call.Answer answer) {
    ObjectNode weir = body.putObject("weir").put("answered", answer.answered());
    answer.confidence().ifPresent(value -> weir.put("confidence", Double.parseDouble(value)));
    answer.intent().ifPresent(value -> weir.put("intent", value));
  }

  private static void checkRange(ObjectNode request, String field, int min, int max) {
    JsonNode value = request.path(field);
    boolean absent = value.isMissingNode() || value.isNull();
    if (!absent && !(value.isInt() && value.intValue() >= min && value.intValue() <= max)) {
      throw invalid("\"" + field + "\" " + value + " is not an integer in " + min + ".." + max);
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
