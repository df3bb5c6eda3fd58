package dev.weir.tck.sim.slack;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The application as its owner registered it. */
record SlackApp(
    String appId,
    String clientId,
    String clientSecret,
    String signingSecret,
    String requestUrl,
    String redirectUrl) {

  static SlackApp initial() {
    return new SlackApp(
        "A0WEIR0001", "1111111111.2222222222", "sim-client-secret", "sim-signing-secret", "", "");
  }

  /** {@code v0=} and the hex HMAC-SHA256 of {@code v0:timestamp:body}. */
  String sign(String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(signingSecret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
      mac.update(("v0:" + timestamp + ":").getBytes(StandardCharsets.UTF_8));
      return "v0=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
