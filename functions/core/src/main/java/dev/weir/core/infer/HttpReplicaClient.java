package dev.weir.core.infer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@link ReplicaClient} over HTTP/1.1 with kept connections. Thread-safe. */
public final class HttpReplicaClient implements ReplicaClient {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_MAX)
          .build();

  @Override
  public Reply invoke(Replica replica, String grant, String body, Duration deadline)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(RemoteUrls.resolve(replica.address(), "/invocations"))
            .header("Content-Type", "application/json")
            .header(Grant.HEADER, grant)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(
            request,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), ANSWER_MAX_BYTES));
    try {
      HttpResponse<String> response = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(
          response.statusCode(),
          response.body(),
          response.headers().firstValueAsLong("retry-after").stream().boxed().findFirst());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no answer in " + deadline.toMillis() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
        throw new NotReached("replica " + replica.bootId() + " takes no connection", cause);
      }
      throw new IOException(cause == null ? "unknown" : cause.getMessage(), cause);
    }
  }
}
