package dev.weir.kit;

import dev.weir.spi.RawRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs and verifies webhooks by the Standard Webhooks specification, symmetric scheme {@code v1}:
 * base 64 of HMAC-SHA256 over {@code id.timestamp.body}. With several secrets every message carries
 * one signature each, and one that matches is enough: this is how a secret is rotated.
 *
 * <p>Immutable and thread-safe.
 */
public final class StandardWebhooks {

  public static final String ID = "webhook-id";
  public static final String TIMESTAMP = "webhook-timestamp";
  public static final String SIGNATURE = "webhook-signature";

  /** The most secrets that a rotation may hold at one time. */
  public static final int SECRETS_MAX = 4;

  private static final int SIGNATURES_MAX = 16;
  private static final int ID_MAX_CHARS = 256;

  private final List<byte[]> keys;
  private final TimeWindow window;

  private StandardWebhooks(List<byte[]> keys, TimeWindow window) {
    this.keys = keys;
    this.window = window;
  }

  /** With a window of five minutes to both sides. */
  public static StandardWebhooks of(String... secrets) {
    return of(List.of(secrets), TimeWindow.FIVE_MINUTES);
  }

  /**
   * Takes the secrets, the newest first.
   *
   * @param secrets each {@code whsec_} and the base 64 of 24 to 64 bytes
   * @throws IllegalArgumentException where one is not, without quoting it
   */
  public static StandardWebhooks of(List<String> secrets, TimeWindow window) {
    if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
      throw new IllegalArgumentException(
          "webhook secrets " + secrets.size() + " not in 1.." + SECRETS_MAX);
    }
    return new StandardWebhooks(secrets.stream().map(StandardWebhooks::key).toList(), window);
  }

  private static byte[] key(String secret) {
    if (!secret.startsWith("whsec_")) {
      throw new IllegalArgumentException("webhook secret does not begin with whsec_");
    }
    byte[] key =
        Signatures.base64(secret.substring("whsec_".length()))
            .orElseThrow(() -> new IllegalArgumentException("webhook secret is not base 64"));
    if (key.length < 24 || key.length > 64) {
      throw new IllegalArgumentException(
          "webhook secret length " + key.length + " B not in 24..64 B");
    }
    return key;
  }

  /** The value of the signature header: one {@code v1,…} for each secret, separated by spaces. */
  public String sign(String id, Instant at, byte[] body) {
    checkId(id);
    byte[] content = content(id, Long.toString(at.getEpochSecond()), body);
    List<String> signatures = new ArrayList<>();
    for (byte[] key : keys) {
      signatures.add(signature(key, content));
    }
    return String.join(" ", signatures);
  }

  /** The three headers of an outgoing message. */
  public Map<String, String> headers(String id, Instant at, byte[] body) {
    return Map.of(
        ID, id, TIMESTAMP, Long.toString(at.getEpochSecond()), SIGNATURE, sign(id, at, body));
  }

  /** What is wrong with the request, for the log; empty where its signature holds. */
  public Optional<String> fault(RawRequest request, Instant now) {
    Optional<String> id = request.header(ID);
    Optional<String> timestamp = request.header(TIMESTAMP);
    Optional<String> signature = request.header(SIGNATURE);
    if (id.isEmpty() || timestamp.isEmpty() || signature.isEmpty()) {
      return Optional.of("a webhook header is absent or stands twice");
    }
    if (!isId(id.get())) {
      return Optional.of(ID + " is malformed");
    }
    Optional<Instant> at = TimeWindow.epochSeconds(timestamp.get());
    if (at.isEmpty()) {
      return Optional.of(TIMESTAMP + " is malformed");
    }
    if (!window.contains(at.get(), now)) {
      return Optional.of(
          "signed at " + at.get() + ", more than " + window.tolerance() + " from " + now);
    }
    String[] presented = signature.get().split(" ", SIGNATURES_MAX + 1);
    if (presented.length > SIGNATURES_MAX) {
      return Optional.of("more than " + SIGNATURES_MAX + " signatures");
    }
    byte[] content = content(id.get(), timestamp.get(), request.body());
    return anyMatches(presented, content) ? Optional.empty() : Optional.of("no signature matches");
  }

  private boolean anyMatches(String[] presented, byte[] content) {
    boolean matches = false;
    for (byte[] key : keys) {
      String expected = signature(key, content);
      for (String candidate : presented) {
        matches |= Signatures.equal(expected, candidate);
      }
    }
    return matches;
  }

  private static String signature(byte[] key, byte[] content) {
    return "v1," + Base64.getEncoder().encodeToString(Signatures.hmacSha256(key, content));
  }

  private static byte[] content(String id, String timestamp, byte[] body) {
    return Signatures.concat(Signatures.utf8(id + "." + timestamp + "."), body);
  }

  private static void checkId(String id) {
    if (!isId(id)) {
      throw new IllegalArgumentException(
          "webhook id is empty, longer than " + ID_MAX_CHARS + " or holds a '.'");
    }
  }

  private static boolean isId(String id) {
    // A dot in the id would let id and timestamp be cut in two ways.
    return !id.isEmpty() && id.length() <= ID_MAX_CHARS && id.indexOf('.') < 0;
  }
}
