package dev.weir.worker.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weir.core.job.AgentWire;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * Speaks to {@code /agent/v1/...} of a gateway, and to the presigned URLs that it gives. What fails
 * for a moment is tried again for about half a minute. Thread-safe.
 */
final class GatewayClient implements AutoCloseable {

  private static final int TRIES = 6;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(10);
  private static final long PAUSE_MAX_MS = 15_000;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI gateway;
  private final String token;
  private final long pauseMs;

  GatewayClient(URI gateway, String token) {
    this(gateway, token, Duration.ofMillis(500));
  }

  /** With another first pause between tries; each is twice as long as the one before. */
  GatewayClient(URI gateway, String token, Duration pause) {
    this.pauseMs = pause.toMillis();
    String base = gateway.toString();
    this.gateway = URI.create(base.endsWith("/") ? base : base + "/");
    this.token = token;
  }

  /** The attempt is over: another one is live, or the job has ended. */
  static final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException(String detail) {
      super(detail);
    }
  }

  /** A file cannot be kept, such as on a full disk; the gateway itself may be fine. */
  static final class NotStoredException extends IOException {
    private static final long serialVersionUID = 1L;

    NotStoredException(String detail) {
      super(detail);
    }
  }

  /** The gateway refuses, or cannot be reached. */
  static final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GatewayException(String detail) {
      super(detail);
    }
  }

  AgentWire.Assignment claim(AgentWire.Claim claim) {
    return call("claim", claim, AgentWire.Assignment.class, TRIES);
  }

  /** Once: the next one comes soon enough. */
  AgentWire.HeartbeatAnswer heartbeat(AgentWire.Heartbeat beat) {
    return call("heartbeat", beat, AgentWire.HeartbeatAnswer.class, 1);
  }

  AgentWire.CheckpointAnswer checkpoint(AgentWire.CheckpointSaved saved) {
    return call("checkpoint", saved, AgentWire.CheckpointAnswer.class, TRIES);
  }

  AgentWire.CompletionAnswer complete(AgentWire.Completion completion) {
    return call("complete", completion, AgentWire.CompletionAnswer.class, TRIES);
  }

  AgentWire.FailureAnswer fail(AgentWire.Failure failure) {
    return call("fail", failure, AgentWire.FailureAnswer.class, TRIES);
  }

  private <T> T call(String operation, Object body, Class<T> answer, int tries) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve("agent/v1/" + operation))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
            .build();
    HttpResponse<String> response = send(request, HttpResponse.BodyHandlers.ofString(), tries);
    if (response.statusCode() == 409 || response.statusCode() == 401) {
      throw new FencedException(operation + " answered " + said(response));
    }
    if (response.statusCode() / 100 != 2) {
      throw new GatewayException(operation + " answered " + said(response));
    }
    try {
      return Json.MAPPER.readValue(response.body(), answer);
    } catch (JsonProcessingException e) {
      throw new GatewayException(operation + " answered no " + answer.getSimpleName());
    }
  }

  private static String said(HttpResponse<?> response) {
    String body = response.body() instanceof String text ? text : "";
    return response.statusCode() + " " + (body.length() > 500 ? body.substring(0, 500) : body);
  }

  /** Fetches a file; it appears whole. */
  void get(URI url, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    HttpRequest request = HttpRequest.newBuilder(url).timeout(TRANSFER_TIMEOUT).build();
    HttpResponse<Path> response = send(request, HttpResponse.BodyHandlers.ofFile(part), TRIES);
    if (response.statusCode() != 200) {
      Files.deleteIfExists(part);
      throw new GatewayException("GET " + url.getPath() + " answered " + response.statusCode());
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Puts a file where it is to be kept.
   *
   * @throws NotStoredException where that place takes it neither now nor some time later
   */
  void put(URI url, Path file) throws IOException {
    put(url, file, TRIES);
  }

  /** Once: a newer one comes soon enough. */
  void putOnce(URI url, Path file) throws IOException {
    put(url, file, 1);
  }

  private void put(URI url, Path file, int tries) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TRANSFER_TIMEOUT)
            .PUT(HttpRequest.BodyPublishers.ofFile(file))
            .build();
    HttpResponse<String> response;
    try {
      response = send(request, HttpResponse.BodyHandlers.ofString(), tries);
    } catch (GatewayException e) {
      throw new NotStoredException(file.getFileName() + ": " + e.getMessage());
    }
    if (response.statusCode() / 100 != 2) {
      throw new NotStoredException(file.getFileName() + ": PUT answered " + said(response));
    }
  }

  private <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, int tries) {
    String last = "";
    for (int i = 0; i < tries; i++) {
      try {
        if (i > 0) {
          Thread.sleep(Math.min(PAUSE_MAX_MS, pauseMs << i));
        }
        HttpResponse<T> response = http.send(request, handler);
        if (response.statusCode() < 500 && response.statusCode() != 429) {
          return response;
        }
        last = "answered " + said(response);
      } catch (IOException e) {
        last = e.getClass().getSimpleName() + ": " + e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new GatewayException("interrupted");
      }
    }
    throw new GatewayException(
        "%s %s: %s, %d tries".formatted(request.method(), request.uri().getPath(), last, tries));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
