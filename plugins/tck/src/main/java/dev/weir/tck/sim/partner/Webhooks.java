package dev.weir.tck.sim.partner;

import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.SimRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Standard Webhooks, scheme v1, written from the specification for this simulator alone. */
final class Webhooks {

  static final long TOLERANCE_SECONDS = 300;

  private Webhooks() {}

  static String sign(String secret, String id, long epochSeconds, byte[] body) {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes((id + "." + epochSeconds + ".").getBytes(StandardCharsets.UTF_8));
    content.writeBytes(body);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Refuses with 401 what is not signed with one of the secrets within five minutes of now. */
  static void verify(SimRequest request, List<String> secrets, Instant now) {
    String id = header(request, "webhook-id");
    long at;
    try {
      at = Long.parseLong(header(request, "webhook-timestamp"));
    } catch (NumberFormatException e) {
      throw new SimRefusal(401, "webhook-timestamp is no number");
    }
    if (Math.abs(now.getEpochSecond() - at) > TOLERANCE_SECONDS) {
      throw new SimRefusal(401, "webhook-timestamp " + at + " is not within five minutes");
    }
    for (String candidate : header(request, "webhook-signature").split(" ", -1)) {
      for (String secret : secrets) {
        byte[] expected = sign(secret, id, at, request.body()).getBytes(StandardCharsets.UTF_8);
        if (MessageDigest.isEqual(expected, candidate.getBytes(StandardCharsets.UTF_8))) {
          return;
        }
      }
    }
    throw new SimRefusal(401, "no signature matches");
  }

  static String header(SimRequest request, String name) {
    return request
        .header(name)
        .orElseThrow(() -> new SimRefusal(401, "header " + name + " is missing"));
  }
}
