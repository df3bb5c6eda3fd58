package dev.weir.tck.sim.feishu;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weir.tck.sim.Pushes;
import dev.weir.tck.sim.Simulator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The sender of event callbacks: encrypted and signed, three seconds to answer, sent again after 15
 * s, 5 min, 1 h and 6 h. Old events (schema 1) and new ones (schema 2) have different envelopes.
 */
final class FeishuEvents {

  private final Simulator simulator;
  private final Pushes pushes;
  private final Supplier<FeishuApp> app;
  final AtomicInteger duplicates = new AtomicInteger();

  /** The next events that are sent without encryption and signature, as an attacker would. */
  final AtomicInteger plaintext = new AtomicInteger();

  FeishuEvents(Simulator simulator, Supplier<FeishuApp> app) {
    this.simulator = simulator;
    this.app = app;
    this.pushes = new Pushes(simulator, retries(1000));
  }

  private static List<Duration> retries(long secondMs) {
    return List.of(
        Duration.ofMillis(15 * secondMs),
        Duration.ofMillis(300 * secondMs),
        Duration.ofMillis(3600 * secondMs),
        Duration.ofMillis(21_600 * secondMs));
  }

  /** How long a second between retries takes here. */
  void setRetrySecondMs(long secondMs) {
    pushes.setRetries(retries(secondMs));
  }

  void setAckMs(long ackMs) {
    pushes.setDeadline(Duration.ofMillis(ackMs));
  }

  void soon(Runnable task) {
    pushes.soon(task);
  }

  /** What the first attempt brought. */
  record Sent(String eventId, Pushes.Attempt attempt) {}

  /** An event of schema 1: {@code app_ticket, app_open, app_status_change, app_uninstalled}. */
  Sent sendOld(Map<String, Object> event) {
    String uuid = FeishuApp.random("", 16);
    Instant now = simulator.clock().instant();
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("ts", "%d.%07d".formatted(now.getEpochSecond(), now.getNano() / 100));
    envelope.put("uuid", uuid);
    envelope.put("token", app.get().verificationToken());
    envelope.put("type", "event_callback");
    envelope.put("event", event);
    return send(uuid, String.valueOf(event.get("type")), envelope);
  }

  /** An event of schema 2. */
  Sent sendNew(String tenant, String type, Map<String, Object> event) {
    String eventId = FeishuApp.random("", 16);
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("event_id", eventId);
    header.put("event_type", type);
    header.put("create_time", Long.toString(simulator.clock().instant().toEpochMilli()));
    header.put("token", app.get().verificationToken());
    header.put("app_id", app.get().appId());
    header.put("tenant_key", tenant);
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("schema", "2.0");
    envelope.put("header", header);
    envelope.put("event", event);
    return send(eventId, type, envelope);
  }

  /** Proves that the request URL belongs to the application; not signed, but encrypted. */
  Pushes.Attempt verifyUrl(String challenge) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("challenge", challenge);
    plain.put("token", app.get().verificationToken());
    plain.put("type", "url_verification");
    byte[] body = envelope(plain, app.get().encryptKey().isEmpty());
    return pushes.once(
        target(),
        new Pushes.Push("url_verification", "url_verification", body, (n, r) -> content()));
  }

  private Sent send(String id, String type, Map<String, Object> plain) {
    boolean open =
        app.get().encryptKey().isEmpty() || plaintext.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    byte[] body = envelope(plain, open);
    Pushes.Push push = new Pushes.Push(id, type, body, (n, r) -> open ? content() : signed(body));
    Pushes.Attempt attempt = pushes.send(target(), push, headers -> false);
    if (duplicates.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      pushes.send(target(), push, headers -> false);
    }
    return new Sent(id, attempt);
  }

  private byte[] envelope(Map<String, Object> plain, boolean open) {
    try {
      byte[] json = Simulator.JSON.writeValueAsBytes(plain);
      return open
          ? json
          : Simulator.JSON.writeValueAsBytes(Map.of("encrypt", app.get().encrypt(json)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write an event", e);
    }
  }

  private static Map<String, String> content() {
    return Map.of("Content-Type", "application/json; charset=utf-8");
  }

  private Map<String, String> signed(byte[] body) {
    String timestamp = Long.toString(simulator.clock().instant().getEpochSecond());
    String nonce = FeishuApp.random("", 8);
    Map<String, String> headers = new LinkedHashMap<>(content());
    headers.put("X-Lark-Request-Timestamp", timestamp);
    headers.put("X-Lark-Request-Nonce", nonce);
    headers.put("X-Lark-Signature", app.get().sign(timestamp, nonce, body));
    return headers;
  }

  private URI target() {
    return URI.create(app.get().requestUrl());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
