package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Passes the events of one streamed chat answer on, and counts what it saw. Not thread-safe. */
final class ChatChunks {

  /** The longest streamed answer, in characters of text. */
  static final int TEXT_MAX_CHARS = 4 << 20;

  /** How long a stream may go on, however busy it is. */
  static final Duration STREAM_MAX = Duration.ofMinutes(30);

  private final String model;
  private final UsageClaim claim;
  private final boolean wantsUsage;
  private final EventSink sink;
  private final long startedNanos = System.nanoTime();
  private JsonNode usage = MissingNode.getInstance();
  private final StringBuilder delivered = new StringBuilder();
  private boolean finished;
  private int events;

  /**
   * What became of a stream.
   *
   * @param tokens of what was delivered
   * @param anything whether any text was delivered
   * @param ended why it ended before its end: the service's failure, or what the sink threw
   */
  record Passed(Tokens tokens, boolean anything, Optional<RuntimeException> ended) {}

  /** The sink takes no more. */
  private static final class CustomerLeft extends IOException {
    private static final long serialVersionUID = 1L;
    private final RuntimeException thrown;

    CustomerLeft(RuntimeException thrown) {
      super(thrown);
      this.thrown = thrown;
    }
  }

  /** Makes a problem of what a service did wrong. */
  interface Blame {
    ProblemException of(IOException failure);
  }

  /**
   * For one stream.
   *
   * @param model what the customer calls it
   * @param wantsUsage whether the customer asked for the event with the usage
   */
  ChatChunks(String model, UsageClaim claim, boolean wantsUsage, EventSink sink) {
    this.model = model;
    this.claim = claim;
    this.wantsUsage = wantsUsage;
    this.sink = sink;
  }

  /** Passes all events on, to the end or until either side breaks off. */
  Passed pass(SseReader reader, Blame blame) {
    try {
      return whole(reader);
    } catch (CustomerLeft e) {
      return broken("the customer left after " + events + " events", e.thrown);
    } catch (IOException e) {
      ProblemException problem = blame.of(e);
      return broken("broken off after " + events + " events: " + e.getMessage(), problem);
    }
  }

  /** Asks the sink, between events, whether anybody still listens. */
  void idle() throws IOException {
    checkLimits();
    try {
      sink.idle();
    } catch (RuntimeException e) {
      throw new CustomerLeft(e);
    }
  }

  private Passed broken(String flag, RuntimeException why) {
    Tokens tokens =
        Tokens.estimate(
            claim.promptEstimate(), claim.output(TokenEstimate.of(delivered)), Optional.of(flag));
    return new Passed(tokens, !delivered.isEmpty(), Optional.of(why));
  }

  private Passed whole(SseReader reader) throws IOException {
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
      take(event);
      checkLimits();
    }
    if (last.isEmpty()) {
      throw new IOException("ended its stream without an event");
    }
    Tokens tokens = claim.judge(usage, TokenEstimate.of(delivered));
    if (wantsUsage) {
      ObjectNode event = last.get();
      event.putArray("choices");
      emit(rewritten(event, model, tokens));
    }
    return new Passed(tokens, true, Optional.empty());
  }

  private void checkLimits() throws IOException {
    if (delivered.length() > TEXT_MAX_CHARS) {
      throw new IOException("streamed more than " + TEXT_MAX_CHARS + " characters");
    }
    if (System.nanoTime() - startedNanos > STREAM_MAX.toNanos()) {
      throw new IOException("streamed for more than " + STREAM_MAX.toMinutes() + " min");
    }
  }

  private ObjectNode parse(String data) throws IOException {
    events++;
    try {
      if (Json.parseTree(data) instanceof ObjectNode event) {
        if (event.has("error")) {
          throw new IOException(
              "sent an error in its stream: " + RemoteCall.message(event).orElse("no reason"));
        }
        return event;
      }
    } catch (ProblemException e) {
      throw new IOException("sent event " + events + " that is not JSON", e);
    }
    throw new IOException("sent event " + events + " that is not an object");
  }

  /**
   * Passes an event on unless it holds the usage only; what it says counts once it is delivered.
   */
  private void take(ObjectNode event) throws IOException {
    if (event.path("usage").isObject()) {
      usage = event.path("usage");
    }
    if (event.path("choices").isEmpty() && event.has("usage")) {
      return;
    }
    ObjectNode out = event.deepCopy();
    out.put("model", model);
    out.remove("usage");
    emit(out);
    for (JsonNode choice : event.path("choices")) {
      JsonNode delta = choice.path("delta");
      delivered.append(delta.path("content").asText(""));
      delivered.append(delta.path("reasoning_content").asText(""));
      if (delta.has("tool_calls")) {
        delivered.append(delta.path("tool_calls").toString());
      }
      finished |= choice.path("finish_reason").isTextual();
    }
  }

  private void emit(ObjectNode event) throws CustomerLeft {
    try {
      sink.event(Json.write(event));
    } catch (RuntimeException e) {
      throw new CustomerLeft(e);
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
