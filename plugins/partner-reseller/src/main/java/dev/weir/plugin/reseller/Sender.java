package dev.weir.plugin.reseller;

import dev.weir.kit.Json;
import dev.weir.kit.Retry;
import dev.weir.kit.Signatures;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sends signed messages to the partner's one address. Stateless. */
final class Sender {

  /** A payload stays below this, as the specification recommends. */
  static final int PAYLOAD_MAX_BYTES = 20_000;

  /** The partner wants no more messages. */
  static final ErrorCode GONE = new ErrorCode("GONE", ErrorType.USER);

  private static final int ID_HEX_DIGITS = 40;

  private final ChannelContext context;
  private final int timeoutMs;

  Sender(ChannelContext context, int timeoutMs) {
    this.context = context;
    this.timeoutMs = timeoutMs;
  }

  /** An id without dots that is equal for equal parts. */
  static String id(String prefix, List<String> parts) {
    StringBuilder all = new StringBuilder();
    // Lengths before the parts: no two lists read the same.
    parts.forEach(p -> all.append(p.length()).append(':').append(p));
    String hash = Signatures.sha256Hex(Signatures.utf8(all.toString()));
    return prefix + hash.substring(0, ID_HEX_DIGITS);
  }

  /** The bytes of a message; equal for equal arguments, so that a resend is identical. */
  static byte[] payload(String type, Instant at, Map<String, Object> data) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    message.put("timestamp", at.toString());
    message.put("data", data);
    return Signatures.utf8(Json.write(message));
  }

  /**
   * Sends and waits for a 2xx.
   *
   * @throws ChannelException {@link #GONE} for 410; {@code THROTTLED} for 429, 502, 503 and 504;
   *     {@code UNAVAILABLE} for every other answer, and where none came, of which nothing is known
   */
  void send(String id, byte[] payload) {
    Instant now = context.clock().instant();
    Map<String, String> headers = new HashMap<>(Keys.outgoing(context).headers(id, now, payload));
    headers.put("content-type", "application/json");
    Http.Response response =
        context
            .http()
            .send(
                new Http.Request(
                    "POST",
                    URI.create(context.settings().get("webhook_url")),
                    headers,
                    payload,
                    timeoutMs));
    int status = response.status();
    if (status >= 200 && status < 300) {
      return;
    }
    long waitMs = Retry.after(response, now).map(Duration::toMillis).orElse(-1L);
    throw new ChannelException(code(status), "the partner answered " + status, waitMs, null);
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 410 -> GONE;
      case 429, 502, 503, 504 -> ErrorCode.THROTTLED;
      // Also 4xx: a receiver that is set up wrongly is set right by people, and then takes it.
      default -> ErrorCode.UNAVAILABLE;
    };
  }
}
