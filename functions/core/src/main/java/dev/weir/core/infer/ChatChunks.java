package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Passes the events of one streamed chat answer on, and counts what it saw. Not thread-safe. */
final class ChatChunks {

  private final String model;
  private final UsageClaim claim;
  private final boolean wantsUsage;
  private JsonNode usage = MissingNode.getInstance();
  private final StringBuilder text = new StringBuilder();
  private boolean finished;
  private int events;

  /**
   * For one stream.
   *
   * @param model what the customer calls it
   * @param wantsUsage whether the customer asked for the event with the usage
   */
  ChatChunks(String model, UsageClaim claim, boolean wantsUsage) {
    this.model = model;
    this.claim = claim;
    this.wantsUsage = wantsUsage;
  }

  Tokens pass(SseReader reader, Consumer<String> sink) throws IOException {
    Optional<ObjectNode> last = Optional.empty();
    while (true) {
      Optional<String> data = reader.next();
      if (data.isEmpty()) {
        if (!finished) {
          throw new IOException("ended its stream after " + events + " events without an end");
        }
        break;
      }
      if (data.get().strip().equals(Sse.DONE)) {
        break;
      }
      ObjectNode event = parse(data.get());
      last = Optional.of(event);
      if (read(event) && !emit(sink, event)) {
        return Tokens.estimate(
            claim.promptEstimate(),
            TokenEstimate.of(text),
            Optional.of("the customer left after " + events + " events"));
      }
    }
    if (last.isEmpty()) {
      throw new IOException("ended its stream without an event");
    }
    Tokens tokens = claim.judge(usage, TokenEstimate.of(text));
    if (wantsUsage) {
      ObjectNode event = last.get();
      event.putArray("choices");
      sink.accept(Json.write(rewritten(event, model, tokens)));
    }
    return tokens;
  }

  private ObjectNode parse(String data) throws IOException {
    events++;
    try {
      if (Json.parseTree(data) instanceof ObjectNode event) {
        if (event.has("error")) {
          throw new IOException("sent an error in its stream");
        }
        return event;
      }
    } catch (ProblemException e) {
      throw new IOException("sent event " + events + " that is not JSON", e);
    }
    throw new IOException("sent event " + events + " that is not an object");
  }

  /** Takes in what an event says; false where it holds the usage only. */
  private boolean read(ObjectNode event) {
    if (event.path("usage").isObject()) {
      usage = event.path("usage");
    }
    for (JsonNode choice : event.path("choices")) {
      JsonNode delta = choice.path("delta");
      text.append(delta.path("content").asText(""));
      text.append(delta.path("reasoning_content").asText(""));
      if (delta.has("tool_calls")) {
        text.append(delta.path("tool_calls").toString());
      }
      finished |= choice.path("finish_reason").isTextual();
    }
    return !event.path("choices").isEmpty() || !event.has("usage");
  }

  /** False where the customer is gone. */
  private boolean emit(Consumer<String> sink, ObjectNode event) {
    ObjectNode out = event.deepCopy();
    out.put("model", model);
    out.remove("usage");
    try {
      sink.accept(Json.write(out));
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Weir's name for the model, and the usage that is billed. */
  static ObjectNode rewritten(ObjectNode body, String model, Tokens tokens) {
    body.put("model", model);
    ObjectNode said = body.putObject("usage");
    said.put("prompt_tokens", tokens.input());
    said.put("completion_tokens", tokens.output());
    said.put("total_tokens", tokens.input() + tokens.output());
    if (tokens.estimated()) {
      said.put("estimated", true);
    }
    return body;
  }

  static long outputTokens(JsonNode message) {
    long tokens = TokenEstimate.ofContent(message.path("content"));
    tokens += TokenEstimate.of(message.path("reasoning_content").asText(""));
    return message.has("tool_calls")
        ? tokens + TokenEstimate.of(message.path("tool_calls").toString())
        : tokens;
  }
}
