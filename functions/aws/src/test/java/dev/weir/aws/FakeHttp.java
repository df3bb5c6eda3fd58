package dev.weir.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * Stands where the wire is: keeps each request as it would be sent, and plays back answers in
 * order. The SDK in front of it is the real one, with the clients that {@link AwsPorts} makes.
 */
final class FakeHttp implements SdkHttpClient {

  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "WEIR_PREFIX", "weir",
          "WEIR_TABLE", "weir-table",
          "WEIR_BUCKET", "weir-bucket",
          "WEIR_JOB_QUEUE", "weir-train",
          "WEIR_JOB_DEFINITION", "weir-worker",
          "WEIR_CLUSTER", "weir-serve");

  /** A request that left. */
  record Sent(String method, URI uri, Map<String, List<String>> headers, String body) {

    Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .map(e -> e.getValue().getFirst())
          .findFirst();
    }

    /** The operation of a service that names it in a header. */
    String operation() {
      return header("x-amz-target").map(t -> t.substring(t.indexOf('.') + 1)).orElse("");
    }

    JsonNode json() {
      return Json.parseTree(body);
    }
  }

  private sealed interface Reply {}

  private record Answer(int status, Map<String, String> headers, byte[] body) implements Reply {}

  /** The request arrived and was carried out; its answer did not come back. */
  private record Lost() implements Reply {}

  private final List<Sent> sent = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();

  /** Ports whose clients send nothing twice. */
  Ports ports() {
    return AwsPorts.of(ENVIRONMENT, () -> NOW, this, AwsRetryStrategy.doNotRetry());
  }

  /** Ports whose clients retry as they do in the cloud, without the pauses. */
  Ports retryingPorts() {
    RetryStrategy retries =
        AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .backoffStrategy(BackoffStrategy.retryImmediately())
            .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
            .build();
    return AwsPorts.of(ENVIRONMENT, () -> NOW, this, retries);
  }

  FakeHttp answers(int status, String body, Map<String, String> headers) {
    replies.add(new Answer(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  FakeHttp answers(String body) {
    return answers(200, body, Map.of());
  }

  /** An error as the JSON services say it. */
  FakeHttp fails(int status, String code) {
    String body = "{\"__type\":\"com.amazonaws#" + code + "\",\"message\":\"because\"}";
    return answers(status, body, Map.of("x-amzn-errortype", code));
  }

  FakeHttp losesAnswer() {
    replies.add(new Lost());
    return this;
  }

  List<Sent> sent() {
    return sent;
  }

  Sent only() {
    if (sent.size() != 1) {
      throw new AssertionError("requests sent: " + sent.size() + ": " + sent);
    }
    return sent.getFirst();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return exchange(request);
      }

      @Override
      public void abort() {}
    };
  }

  private HttpExecuteResponse exchange(HttpExecuteRequest request) throws IOException {
    SdkHttpRequest http = request.httpRequest();
    String body = "";
    if (request.contentStreamProvider().isPresent()) {
      try (InputStream in = request.contentStreamProvider().get().newStream()) {
        body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    sent.add(new Sent(http.method().name(), http.getUri(), http.headers(), body));
    Reply reply = replies.poll();
    if (reply == null) {
      throw new AssertionError("no answer is left for " + sent.getLast());
    }
    return switch (reply) {
      case Lost _ -> throw new SocketTimeoutException("Read timed out");
      case Answer answer -> response(answer);
    };
  }

  private static HttpExecuteResponse response(Answer answer) {
    SdkHttpResponse.Builder http = SdkHttpResponse.builder().statusCode(answer.status());
    http.putHeader("content-length", Integer.toString(answer.body().length));
    answer.headers().forEach(http::putHeader);
    return HttpExecuteResponse.builder()
        .response(http.build())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.body())))
        .build();
  }

  @Override
  public void close() {}
}
