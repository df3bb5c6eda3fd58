package dev.weir.tck.sim.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weir.tck.sim.Pushes;
import dev.weir.tck.sim.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The sender of the Events API: signed, three seconds to answer, three retries (at once, after one
 * minute, after five) with {@code X-Slack-Retry-Num} and {@code -Reason}.
 */
final class SlackEvents {

  private final Simulator simulator;
  private final Pushes pushes;
  private final Supplier<SlackApp> app;
  private final AtomicLong sequence = new AtomicLong();
  final AtomicInteger duplicates = new AtomicInteger();

  SlackEvents(Simulator simulator, Supplier<SlackApp> app) {
    this.simulator = simulator;
    this.app = app;
    this.pushes = new Pushes(simulator, retries(60_000));
  }

  private static List<Duration> retries(long minuteMs) {
    return List.of(Duration.ZERO, Duration.ofMillis(minuteMs), Duration.ofMillis(5 * minuteMs));
  }

  /** How long a minute between retries takes here. */
  void setRetryMinuteMs(long minuteMs) {
    pushes.setRetries(retries(minuteMs));
  }

  void setAckMs(long ackMs) {
    pushes.setDeadline(Duration.ofMillis(ackMs));
  }

  void soon(Runnable task) {
    pushes.soon(task);
  }

  /** What the first attempt brought. */
  record Sent(String eventId, Pushes.Attempt attempt) {}

  /** Sends an event of a workspace. */
  Sent send(String team, String botUser, Map<String, Object> event) {
    String eventId = "Ev%010d%s".formatted(sequence.incrementAndGet(), nonce());
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("token", "deprecated-verification-token");
    envelope.put("team_id", team);
    envelope.put("api_app_id", app.get().appId());
    envelope.put("event", event);
    envelope.put("type", "event_callback");
    envelope.put("event_id", eventId);
    envelope.put("event_time", simulator.clock().instant().getEpochSecond());
    envelope.put(
        "authorizations",
        List.of(
            Map.of(
                "team_id",
                team,
                "user_id",
                botUser,
                "is_bot",
                true,
                "is_enterprise_install",
                false)));
    envelope.put("is_ext_shared_channel", false);
    Pushes.Push push = push(eventId, String.valueOf(event.get("type")), envelope);
    Pushes.Attempt attempt = pushes.send(target(), push, SlackEvents::noRetry);
    if (duplicates.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      pushes.send(target(), push, SlackEvents::noRetry);
    }
    return new Sent(eventId, attempt);
  }

  /** Proves that the request URL belongs to the application. */
  Pushes.Attempt verifyUrl(String challenge) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", "deprecated-verification-token");
    body.put("challenge", challenge);
    body.put("type", "url_verification");
    return pushes.once(target(), push("url_verification", "url_verification", body));
  }

  private Pushes.Push push(String id, String type, Map<String, Object> envelope) {
    byte[] body;
    try {
      body = Simulator.JSON.writeValueAsBytes(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write an event", e);
    }
    return new Pushes.Push(id, type, body, (number, reason) -> headers(body, number, reason));
  }

  private Map<String, String> headers(byte[] body, int number, String reason) {
    String timestamp = Long.toString(simulator.clock().instant().getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)");
    headers.put("X-Slack-Request-Timestamp", timestamp);
    headers.put("X-Slack-Signature", app.get().sign(timestamp, body));
    if (number > 0) {
      headers.put("X-Slack-Retry-Num", Integer.toString(number));
      headers.put("X-Slack-Retry-Reason", reason);
    }
    return headers;
  }

  private URI target() {
    return URI.create(app.get().requestUrl());
  }

  private static boolean noRetry(Map<String, List<String>> headers) {
    return headers.getOrDefault("x-slack-no-retry", List.of()).contains("1");
  }

  private static String nonce() {
    return Long.toString(System.nanoTime(), 36).toUpperCase(java.util.Locale.ROOT);
  }
}
