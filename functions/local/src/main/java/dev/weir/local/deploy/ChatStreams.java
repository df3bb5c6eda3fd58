package dev.weir.local.deploy;

import dev.weir.core.account.ApiKeys;
import dev.weir.core.infer.ChatCompletions;
import dev.weir.core.infer.EventSink;
import dev.weir.core.infer.OpenAiError;
import dev.weir.core.infer.Reply;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.House;
import dev.weir.gateway.http.ApiHandler;
import dev.weir.gateway.http.Bearer;
import dev.weir.gateway.http.Response;
import dev.weir.local.server.Answer;
import dev.weir.local.server.Request;
import dev.weir.local.server.StreamingRoute;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Chat answers event by event, each flushed as it comes. A failure before the first event is an
 * HTTP status; one after it is an event with an {@code error}, and no {@code [DONE]} follows.
 *
 * <p>That a customer has left shows when an event or, while nothing comes, a comment cannot be
 * written; what then lies in the machine's send buffer (an event or two) counts as delivered.
 */
final class ChatStreams implements StreamingRoute {

  static final String PATH = "/v1/chat/completions";

  private final ApiKeys keys;
  private final ChatCompletions chat;

  ChatStreams(House house) {
    this.keys = new ApiKeys(house.ports());
    this.chat =
        new ChatCompletions(house.ports(), house.endpoints(), house.replicas(), house.client());
  }

  @Override
  public Optional<Answer> open(Request request, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    boolean asked = request.method().equals("POST") && request.path().equals(PATH);
    // What cannot be read is left to the handler, which says what is wrong with it.
    boolean readable = Arrays.equals(body, text.getBytes(StandardCharsets.UTF_8));
    return asked && readable && wantsStream(text)
        ? Optional.of(
            new Answer(
                200,
                Map.of(
                    "content-type", List.of(Reply.EVENT_STREAM),
                    "cache-control", List.of("no-cache"),
                    "x-accel-buffering", List.of("no")),
                new Answer.Live(out -> stream(request, text, out))))
        : Optional.empty();
  }

  private static boolean wantsStream(String body) {
    try {
      return ChatCompletions.wantsStream(body);
    } catch (ProblemException e) {
      return false;
    }
  }

  private void stream(Request request, String body, OutputStream out) throws IOException {
    Events events = new Events(out);
    try {
      ApiKeys.Caller caller = keys.authenticate(Bearer.require(request.header("authorization")));
      chat.stream(caller, body, request.header("idempotency-key"), events);
    } catch (CustomerGone e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      Problem problem = ApiHandler.problem(e, UUID.randomUUID().toString());
      if (!events.begun) {
        throw new Answer.Instead(refusal(problem), e);
      }
      events.event(OpenAiError.body(problem));
    }
  }

  /** With the headers of a problem and the body that OpenAI's clients read. */
  private static Answer refusal(Problem problem) {
    Map<String, List<String>> headers = new TreeMap<>();
    Response.problem(problem).headers().forEach((name, value) -> headers.put(name, List.of(value)));
    headers.put("content-type", List.of(Reply.JSON));
    byte[] body = OpenAiError.body(problem).getBytes(StandardCharsets.UTF_8);
    return new Answer(problem.status(), headers, new Answer.Bytes(body));
  }

  /** Not to be taken for a file of Weir's own that could not be read. */
  private static final class CustomerGone extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    CustomerGone(IOException cause) {
      super(cause);
    }
  }

  /** Writes each event, and comments while there is none, so that a lost customer is noticed. */
  private static final class Events implements EventSink {

    private final OutputStream out;
    private boolean begun;

    Events(OutputStream out) {
      this.out = out;
    }

    @Override
    public void event(String data) {
      begun = true;
      write("data: " + data + "\n\n");
    }

    @Override
    public void idle() {
      if (begun) {
        write(": waiting\n\n");
      }
    }

    private void write(String text) {
      try {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
      } catch (IOException e) {
        throw new CustomerGone(e);
      }
    }
  }
}
