package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Secrets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls any OpenAI-compatible service. Never repeated by itself: a second attempt may cost the
 * vendor a second answer. Failures are 502 (down, broken, not the protocol), 503 (it is busy), 504
 * (too slow) and 400 (it refused the request). Thread-safe.
 */
public final class RemoteCall {

  /** The largest answer that is not streamed, in bytes. */
  public static final int ANSWER_MAX_BYTES = 8 << 20;

  private static final int MESSAGE_MAX_CHARS = 300;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final String CHAT = "/chat/completions";
  private static final String EMBEDDINGS = "/embeddings";

  private final Secrets secrets;
  private @Nullable HttpClient http;

  public RemoteCall(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Made when first needed: it brings threads, and many deployments call no remote service. */
  private synchronized HttpClient http() {
    HttpClient client = http;
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT_MAX)
              .build();
      http = client;
    }
    return client;
  }

  /** What was answered, its {@code model} and {@code usage} as Weir says them. */
  public record Answer(ObjectNode body, Tokens tokens) {}

  /** Asks for a whole chat answer. */
  public Answer complete(Endpoint endpoint, Endpoint.Remote remote, ObjectNode request) {
    ObjectNode sent = prepared(remote, request);
    sent.remove("stream");
    sent.remove("stream_options");
    ObjectNode body = post(endpoint, remote, CHAT, sent);
    if (!body.path("choices").isArray() || body.path("choices").isEmpty()) {
      throw upstream(endpoint, "answered without choices");
    }
    long output = 0;
    for (JsonNode choice : body.path("choices")) {
      output += ChatChunks.outputTokens(choice.path("message"));
    }
    Tokens tokens = new UsageClaim(sent, remote).judge(body.path("usage"), output);
    return new Answer(ChatChunks.rewritten(body, endpoint.name(), tokens), tokens);
  }

  /** Asks for embeddings. */
  public Answer embed(Endpoint endpoint, Endpoint.Remote remote, ObjectNode request) {
    ObjectNode sent = prepared(remote, request);
    ObjectNode body = post(endpoint, remote, EMBEDDINGS, sent);
    if (!body.path("data").isArray()) {
      throw upstream(endpoint, "answered without data");
    }
    long estimate = 0;
    JsonNode input = sent.path("input");
    if (input.isTextual()) {
      estimate = TokenEstimate.of(input.textValue());
    } else {
      for (JsonNode text : input) {
        estimate +=
            text.isTextual() ? TokenEstimate.of(text.textValue()) : Math.max(1, text.size());
      }
    }
    Tokens tokens = UsageClaim.ofInput(sent, estimate, remote).judge(body.path("usage"), 0);
    return new Answer(ChatChunks.rewritten(body, endpoint.name(), tokens), tokens);
  }

  /**
   * Asks for a chat answer and passes its events on while they come, without the final {@code
   * [DONE]}. The event with the usage is passed on where the request asked for it. Where either
   * side breaks off, the service's connection is closed, and what was delivered is counted by Weir.
   *
   * @throws ProblemException where the service does not begin to answer
   */
  ChatChunks.Passed stream(
      Endpoint endpoint, Endpoint.Remote remote, ObjectNode request, EventSink sink) {
    ObjectNode sent = prepared(remote, request);
    sent.put("stream", true);
    boolean wantsUsage = request.path("stream_options").path("include_usage").asBoolean(false);
    sent.putObject("stream_options").put("include_usage", true);
    UsageClaim claim = new UsageClaim(sent, remote);
    ChatChunks events = new ChatChunks(endpoint.name(), claim, wantsUsage, sink);
    try (ChunkSubscriber chunks = new ChunkSubscriber(remote.deadlineMs(), events::idle)) {
      open(endpoint, remote, sent, chunks);
      return events.pass(
          new SseReader(chunks),
          failure ->
              failure instanceof HttpTimeoutException
                  ? tooSlow(endpoint, failure.getMessage())
                  : upstream(endpoint, failure.getMessage()));
    }
  }

  private void open(
      Endpoint endpoint, Endpoint.Remote remote, ObjectNode sent, ChunkSubscriber chunks) {
    HttpResponse<String> response =
        send(
            endpoint,
            remote,
            CHAT,
            sent,
            info ->
                info.statusCode() == 200 && isEventStream(info)
                    ? chunks
                    : BodySubscribers.limiting(
                        BodySubscribers.ofString(StandardCharsets.UTF_8), ANSWER_MAX_BYTES),
            true);
    requireOk(endpoint, remote, response);
    String type = response.headers().firstValue("content-type").orElse("(none)");
    if (!type.startsWith("text/event-stream")) {
      throw upstream(endpoint, "answered " + type + " where a stream was asked for");
    }
  }

  private static boolean isEventStream(HttpResponse.ResponseInfo info) {
    return info.headers()
        .firstValue("content-type")
        .filter(type -> type.startsWith("text/event-stream"))
        .isPresent();
  }

  private ObjectNode post(Endpoint endpoint, Endpoint.Remote remote, String path, ObjectNode sent) {
    HttpResponse<String> response =
        send(
            endpoint,
            remote,
            path,
            sent,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), ANSWER_MAX_BYTES),
            false);
    requireOk(endpoint, remote, response);
    try {
      if (Json.parseTree(response.body()) instanceof ObjectNode body) {
        return body;
      }
      throw upstream(endpoint, "answered something that is not a JSON object");
    } catch (ProblemException e) {
      throw e.problem().status() == 400
          ? upstream(endpoint, "answered " + e.problem().detail())
          : e;
    }
  }

  private HttpResponse<String> send(
      Endpoint endpoint,
      Endpoint.Remote remote,
      String path,
      ObjectNode sent,
      HttpResponse.BodyHandler<String> handler,
      boolean streaming) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(RemoteUrls.resolve(remote.baseUrl(), path))
            .header("Content-Type", "application/json")
            .header("Accept", streaming ? "text/event-stream" : "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(sent)));
    bearer(endpoint, remote).ifPresent(key -> request.header("Authorization", "Bearer " + key));
    CompletableFuture<HttpResponse<String>> answer = http().sendAsync(request.build(), handler);
    try {
      return answer.get(remote.deadlineMs(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw tooSlow(endpoint, "no answer in " + remote.deadlineMs() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new ProblemException(Problem.unavailable("interrupted", 1), e);
    } catch (ExecutionException e) {
      throw failed(endpoint, e.getCause());
    }
  }

  private Optional<String> bearer(Endpoint endpoint, Endpoint.Remote remote) {
    return remote
        .secretName()
        .map(name ->
            secrets
                .get(name)
                .orElseThrow(() -> upstream(endpoint, "needs secret \"" + name + "\", not set")));
  }

  private static ProblemException failed(Endpoint endpoint, @Nullable Throwable cause) {
    if (cause instanceof ConnectException) {
      return upstream(endpoint, "is down: it takes no connection");
    }
    if (cause instanceof HttpTimeoutException) {
      return tooSlow(endpoint, "no connection in " + CONNECT_MAX.toSeconds() + " s");
    }
    if (cause instanceof IOException && String.valueOf(cause.getMessage()).contains("capacity")) {
      return upstream(endpoint, "answered more than " + ANSWER_MAX_BYTES + " B");
    }
    String reason = cause == null ? "unknown" : String.valueOf(cause.getMessage());
    return upstream(endpoint, "broke off: " + reason);
  }

  private static void requireOk(
      Endpoint endpoint, Endpoint.Remote remote, HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == 200) {
      return;
    }
    if (status == 401 || status == 403) {
      String key = remote.secretName().map(name -> "secret \"" + name + "\"").orElse("no key");
      throw upstream(endpoint, "refuses Weir's key with " + status + " (" + key + ")");
    }
    if (status == 429 || status == 503) {
      long seconds =
          response
              .headers()
              .firstValue("retry-after")
              .filter(value -> value.matches("[0-9]{1,5}"))
              .map(Long::parseLong)
              .orElse(5L);
      throw new ProblemException(
          Problem.unavailable(named(endpoint) + " is busy (" + status + ")", seconds));
    }
    if (status == 400 || status == 413 || status == 422) {
      throw new ProblemException(
          Problem.badRequest(named(endpoint) + " refused it: " + message(response.body())));
    }
    if (status / 100 == 3) {
      throw upstream(
          endpoint,
          "answered " + status + ", a redirect, which is not followed: connect its target");
    }
    throw upstream(endpoint, "answered " + status);
  }

  /** The message of an OpenAI error; nothing else of a foreign body is passed on. */
  private static String message(String body) {
    try {
      return message(Json.parseTree(body)).orElse("no reason given");
    } catch (ProblemException e) {
      return "no reason given";
    }
  }

  /** The message of an OpenAI error, shortened. */
  static Optional<String> message(JsonNode body) {
    return Optional.ofNullable(body.path("error").path("message").textValue())
        .map(text ->
            text.length() > MESSAGE_MAX_CHARS ? text.substring(0, MESSAGE_MAX_CHARS) + "…" : text);
  }

  /** What a chat request can cost at most, by meter. */
  static Map<String, Long> most(Endpoint.Remote remote, ObjectNode request) {
    ObjectNode sent = prepared(remote, request);
    sent.put("stream", true).putObject("stream_options").put("include_usage", true);
    return new UsageClaim(sent, remote).most();
  }

  /** What a request for embeddings can cost at most, by meter. */
  static Map<String, Long> mostOfInput(Endpoint.Remote remote, ObjectNode request) {
    return UsageClaim.ofInput(prepared(remote, request), 0, remote).most();
  }

  private static ObjectNode prepared(Endpoint.Remote remote, ObjectNode request) {
    ObjectNode sent = request.deepCopy();
    sent.put("model", remote.model());
    return sent;
  }

  private static String named(Endpoint endpoint) {
    return "remote endpoint \"" + endpoint.name() + "\"";
  }

  private static ProblemException upstream(Endpoint endpoint, @Nullable String detail) {
    return new ProblemException(Problem.upstream(named(endpoint) + " " + detail));
  }

  private static ProblemException tooSlow(Endpoint endpoint, @Nullable String detail) {
    return new ProblemException(
        Problem.of(
            504,
            "upstream-timeout",
            "A service behind this one was too slow",
            named(endpoint) + ": " + detail));
  }
}
