package dev.weir.core.notice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The headers of Standard Webhooks, symmetric scheme {@code v1}: base 64 of HMAC-SHA256 over {@code
 * id.timestamp.body}. Source: github.com/standard-webhooks/standard-webhooks, the specification.
 */
final class StandardWebhook {

  /** What a secret begins with; base 64 of the key follows. */
  static final String PREFIX = "whsec_";

  private StandardWebhook() {}

  /**
   * The three headers.
   *
   * @param at of this attempt, as receivers refuse what is older than some minutes
   */
  static Map<String, String> headers(String secret, String id, Instant at, String body) {
    String timestamp = Long.toString(at.getEpochSecond());
    byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
    String signature = "v1," + Base64.getEncoder().encodeToString(hmac(key, signed));
    return Map.of("webhook-id", id, "webhook-timestamp", timestamp, "webhook-signature", signature);
  }

  private static byte[] hmac(byte[] key, byte[] signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }
}
