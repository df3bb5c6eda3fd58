package dev.weir.loader;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP within the manifest's egress and {@link Limits}. The time limit covers the whole answer, not
 * only its head; redirects are answers, not followed. Thread-safe; {@link #close} ends it and all
 * that were made from it.
 */
public final class GuardedHttp implements Http, AutoCloseable {

  /** A host that the manifest does not declare. */
  public static final ErrorCode EGRESS_REFUSED = new ErrorCode("EGRESS_REFUSED", ErrorType.USER);

  private final Egress egress;
  private final HttpClient client;
  private final Supplier<CloudCredentials> credentials;
  private final InstantSource clock;
  private final @Nullable SigV4 signer;

  /**
   * Makes a client with connections of its own.
   *
   * @param credentials asked for at each signed request; may throw a {@link ChannelException}
   */
  public GuardedHttp(Egress egress, Supplier<CloudCredentials> credentials, InstantSource clock) {
    this(egress, newClient(), credentials, clock, null);
  }

  private GuardedHttp(
      Egress egress,
      HttpClient client,
      Supplier<CloudCredentials> credentials,
      InstantSource clock,
      @Nullable SigV4 signer) {
    this.egress = egress;
    this.client = client;
    this.credentials = credentials;
    this.clock = clock;
    this.signer = signer;
  }

  private static HttpClient newClient() {
    // HTTP/1.1: the offer to upgrade confuses small servers, and one request gains nothing.
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(Duration.ofMillis(Limits.HTTP_DEFAULT_TIMEOUT_MS))
        .build();
  }

  @Override
  public Http signedByHost(String service, String region) {
    return new GuardedHttp(egress, client, credentials, clock, new SigV4(service, region));
  }

  @Override
  public Response send(Request request) {
    if (!egress.allows(request.uri())) {
      throw new ChannelException(
          EGRESS_REFUSED,
          request.uri().getScheme()
              + "://"
              + request.uri().getRawAuthority()
              + " is not among the declared hosts ("
              + egress
              + ")");
    }
    if (request.body().length > Limits.HTTP_REQUEST_MAX_BYTES) {
      throw new ChannelException(
          ErrorCode.INTERNAL,
          "request body " + request.body().length + " B > " + Limits.HTTP_REQUEST_MAX_BYTES + " B");
    }
    Pace.await(request.body().length);
    int timeoutMs = timeoutMs(request);
    HttpRequest wire = wire(request, timeoutMs);
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(
            wire, BodyHandlers.limiting(BodyHandlers.ofByteArray(), Limits.HTTP_ANSWER_MAX_BYTES));
    try {
      return response(pending.get(timeoutMs, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw unavailable(request, "no answer within " + timeoutMs + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String why = cause instanceof IOException io ? describe(io) : "failed";
      throw unavailable(request, why, e);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw unavailable(request, "interrupted", e);
    }
  }

  private static int timeoutMs(Request request) {
    if (request.timeoutMs() < 0 || request.timeoutMs() > Limits.HTTP_MAX_TIMEOUT_MS) {
      throw new ChannelException(
          ErrorCode.INTERNAL,
          "timeout " + request.timeoutMs() + " ms not in 0.." + Limits.HTTP_MAX_TIMEOUT_MS);
    }
    return request.timeoutMs() == 0 ? Limits.HTTP_DEFAULT_TIMEOUT_MS : request.timeoutMs();
  }

  private HttpRequest wire(Request request, int timeoutMs) {
    Map<String, String> headers =
        signer == null
            ? request.headers()
            : signer.sign(
                request.method(),
                request.uri(),
                request.headers(),
                request.body(),
                credentials.get(),
                clock.instant());
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(request.uri())
              .timeout(Duration.ofMillis(timeoutMs))
              .method(
                  request.method(),
                  request.body().length == 0
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofByteArray(request.body()));
      headers.forEach(builder::header);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ChannelException(ErrorCode.INTERNAL, "bad request: " + e.getMessage(), -1, e);
    }
  }

  private static Response response(HttpResponse<byte[]> answer) {
    Map<String, List<String>> headers = new TreeMap<>();
    answer.headers().map().forEach((n, v) -> headers.put(n.toLowerCase(Locale.ROOT), v));
    return new Response(answer.statusCode(), headers, answer.body());
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  private static ChannelException unavailable(Request request, String why, Exception cause) {
    return new ChannelException(
        ErrorCode.UNAVAILABLE,
        request.method() + " " + request.uri().getHost() + ": " + why,
        -1,
        cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
