package dev.weir.core.notice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
   * @param secrets each gives a signature; a receiver takes any that it knows
   * @param at of this attempt, as receivers refuse what is older than some minutes
   */
  static Map<String, String> headers(List<String> secrets, String id, Instant at, String body) {
    String timestamp = Long.toString(at.getEpochSecond());
    byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
    String signature =
        secrets.stream().map(secret -> signature(secret, signed)).collect(Collectors.joining(" "));
    return Map.of("webhook-id", id, "webhook-timestamp", timestamp, "webhook-signature", signature);
  }

  private static String signature(String secret, byte[] signed) {
    byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    return "v1," + Base64.getEncoder().encodeToString(hmac(key, signed));
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
