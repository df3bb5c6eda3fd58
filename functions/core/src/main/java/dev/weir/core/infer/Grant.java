package dev.weir.core.infer;

import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The right to make one call on a replica: {@code <payload>.<HMAC-SHA-256 of the payload>}, both in
 * base64url without padding. It says for whom the call is and who makes its usage facts, so a
 * replica needs no table.
 *
 * @param callId of this call; a fact carries it
 * @param version the model version that should answer
 * @param expiresAtMs in epoch milliseconds, at most {@link #LIFETIME} ahead
 */
public record Grant(
    String agreementId,
    String channelId,
    String callId,
    String endpoint,
    String version,
    Billing billing,
    long expiresAtMs) {

  /** How long a grant is good for. */
  public static final Duration LIFETIME = Duration.ofSeconds(60);

  /** The shortest key, in bytes. */
  public static final int KEY_MIN_BYTES = 32;

  /** The header that carries it. */
  public static final String HEADER = "X-Weir-Grant";

  private static final int TOKEN_MAX_CHARS = 2048;
  private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(5);

  /** Who makes the usage facts. */
  public enum Billing {
    /** The replica, in its journal, before it answers. */
    JOURNAL,
    /** The caller, in the commit of the call's row. */
    ROW
  }

  /** Signs it. */
  public String sign(byte[] key) {
    byte[] payload = Json.write(this).getBytes(StandardCharsets.UTF_8);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(payload) + "." + encoder.encodeToString(hmac(key, payload));
  }

  /**
   * Reads a token that was signed with {@code key}; the signature is compared in constant time and
   * before anything in the payload is looked at.
   *
   * @throws ProblemException 401 where it is missing, forged, expired or for another endpoint
   */
  public static Grant verify(String token, byte[] key, String endpoint, InstantSource clock) {
    int dot = token.indexOf('.');
    if (dot < 1 || token.length() > TOKEN_MAX_CHARS) {
      throw refused("the grant is malformed");
    }
    byte[] payload = decode(token.substring(0, dot));
    if (!MessageDigest.isEqual(decode(token.substring(dot + 1)), hmac(key, payload))) {
      throw refused("the grant's signature is wrong");
    }
    Grant grant = Json.read(new String(payload, StandardCharsets.UTF_8), Grant.class);
    Instant now = clock.instant();
    Instant expires = Instant.ofEpochMilli(grant.expiresAtMs);
    if (now.isAfter(expires)) {
      throw refused("the grant expired at " + expires);
    }
    if (expires.isAfter(now.plus(LIFETIME).plus(CLOCK_SKEW_MAX))) {
      throw refused("the grant ends at " + expires + ", later than " + LIFETIME + " from now");
    }
    if (!grant.endpoint.equals(endpoint)) {
      throw refused("the grant is for endpoint \"" + grant.endpoint + "\"");
    }
    return grant;
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw refused("the grant is malformed");
    }
  }

  private static byte[] hmac(byte[] key, byte[] payload) {
    if (key.length < KEY_MIN_BYTES) {
      throw new IllegalArgumentException("key " + key.length + " B < " + KEY_MIN_BYTES + " B");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(Problem.unauthorized(detail));
  }
}
