package dev.weir.tck.sim;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Sends signed events to an application as platforms do: an answer later than the deadline is a
 * failure, a failure is sent again on a schedule, and every attempt is kept in {@code
 * deliveries.jsonl}.
 */
public final class Pushes implements AutoCloseable {

  /** What an attempt brought. {@code status} is 0 where no answer came in time. */
  public record Attempt(int status, String reason, String body) {
    public boolean ok() {
      return status >= 200 && status < 300;
    }
  }

  /** One request: its body, and headers by attempt (from 0) and why the one before failed. */
  public record Push(
      String id,
      String type,
      byte[] body,
      BiFunction<Integer, String, Map<String, String>> headers) {}

  private record Try(int number, String reason, List<Duration> schedule) {}

  private final Simulator simulator;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ScheduledExecutorService later =
      Executors.newScheduledThreadPool(4, Thread.ofPlatform().daemon().factory());
  private volatile Duration deadline = Duration.ofSeconds(3);
  private volatile List<Duration> retries;

  /**
   * Sends on a schedule.
   *
   * @param retries the wait before each further attempt, counted from the one before
   */
  public Pushes(Simulator simulator, List<Duration> retries) {
    this.simulator = simulator;
    this.retries = retries;
  }

  public void setRetries(List<Duration> value) {
    retries = value;
  }

  /** How long the application may take to answer. */
  public void setDeadline(Duration value) {
    deadline = value;
  }

  /**
   * Makes the first attempt and answers how it went; further ones follow on their own.
   *
   * @param giveUp whether a failed attempt's answer asks for no further one
   */
  public Attempt send(URI target, Push push, Predicate<Map<String, List<String>>> giveUp) {
    return attempt(target, push, new Try(0, "", retries), giveUp);
  }

  /** Makes one attempt only: a handshake. */
  public Attempt once(URI target, Push push) {
    return attempt(target, push, new Try(0, "", List.of()), headers -> true);
  }

  private Attempt attempt(
      URI target, Push push, Try turn, Predicate<Map<String, List<String>>> giveUp) {
    long from = System.nanoTime();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(deadline)
            .POST(HttpRequest.BodyPublishers.ofByteArray(push.body()));
    push.headers().apply(turn.number(), turn.reason()).forEach(request::header);
    Attempt attempt;
    Map<String, List<String>> headers = Map.of();
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      headers = response.headers().map();
      String body = new String(response.body(), StandardCharsets.UTF_8);
      boolean ok = response.statusCode() >= 200 && response.statusCode() < 300;
      attempt = new Attempt(response.statusCode(), ok ? "" : "http_error", body);
    } catch (java.net.http.HttpConnectTimeoutException | java.net.ConnectException e) {
      attempt = new Attempt(0, "connection_failed", "");
    } catch (java.net.http.HttpTimeoutException e) {
      attempt = new Attempt(0, "http_timeout", "");
    } catch (IOException e) {
      attempt = new Attempt(0, "connection_failed", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Attempt(0, "stopping", "");
    }
    record(push, turn.number(), attempt, (System.nanoTime() - from) / 1_000_000);
    if (!attempt.ok() && turn.number() < turn.schedule().size() && !giveUp.test(headers)) {
      Try next = new Try(turn.number() + 1, attempt.reason(), turn.schedule());
      var _ =
          later.schedule(
              () -> attempt(target, push, next, giveUp),
              turn.schedule().get(turn.number()).toMillis(),
              TimeUnit.MILLISECONDS);
    }
    return attempt;
  }

  private void record(Push push, int number, Attempt attempt, long ms) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", push.id());
    line.put("type", push.type());
    line.put("attempt", number);
    line.put("status", attempt.status());
    line.put("reason", attempt.reason());
    line.put("ms", ms);
    line.put("at", simulator.clock().instant().toString());
    simulator.file("deliveries").append(line);
  }

  /** Runs something soon, off the request's thread. */
  public void soon(Runnable task) {
    later.execute(task);
  }

  @Override
  public void close() {
    later.shutdownNow();
    client.close();
  }
}
