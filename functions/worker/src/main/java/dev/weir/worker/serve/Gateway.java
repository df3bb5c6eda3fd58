package dev.weir.worker.serve;

import dev.weir.core.infer.Replica;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Applied;
import dev.weir.core.meter.BatchSink;
import dev.weir.core.meter.UsageBatch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** The deployment's gateway as a replica sees it. Thread-safe. */
final class Gateway implements BatchSink {

  /** Says whose token the bearer token is. */
  static final String ENDPOINT_HEADER = "X-Weir-Endpoint";

  private static final Duration REQUEST_MAX = Duration.ofSeconds(20);
  private static final Duration DOWNLOAD_MAX = Duration.ofMinutes(10);
  private static final int ANSWER_MAX_BYTES = 1 << 20;

  private final URI base;
  private final String token;
  private final String endpoint;
  private final HttpClient http;

  Gateway(URI base, String token, String endpoint) {
    this.base = base;
    this.token = token;
    this.endpoint = endpoint;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  Replica.Leased lease(Replica.Lease lease) throws IOException {
    return Json.read(post("/agent/v1/replicas", Json.write(lease)), Replica.Leased.class);
  }

  @Override
  public Applied apply(UsageBatch batch) throws IOException {
    return Json.read(post("/agent/v1/usage", Json.write(batch)), Applied.class);
  }

  /** Reads a presigned URL into a file. */
  void download(String url, Path file) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(url)).timeout(DOWNLOAD_MAX).build();
    HttpResponse<Path> response = send(request, BodyHandlers.ofFile(file));
    if (response.statusCode() != 200) {
      throw new IOException("GET " + file.getFileName() + " answered " + response.statusCode());
    }
  }

  private String post(String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(REQUEST_MAX)
            .header("Authorization", "Bearer " + token)
            .header(ENDPOINT_HEADER, endpoint)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        send(request, BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_MAX_BYTES));
    if (response.statusCode() != 200) {
      throw new IOException(
          "POST " + path + " answered " + response.statusCode() + ": " + brief(response.body()));
    }
    return response.body();
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static String brief(String body) {
    return body.length() > 300 ? body.substring(0, 300) + "…" : body;
  }
}
