package dev.weir.local.port;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and checks {@code GET|PUT /blobs/{name}?expires=&signature=}: {@code expires} is in epoch
 * milliseconds, {@code signature} the hex HMAC-SHA-256 of method, name and expiry, each on a line
 * of its own. A signed GET is also good for HEAD. Thread-safe.
 */
public final class BlobSignatures {

  private final SecretKeySpec key;
  private final InstantSource clock;

  BlobSignatures(byte[] key, InstantSource clock) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.clock = clock;
  }

  /** What a URL is worth. */
  public enum Verdict {
    VALID,
    EXPIRED,
    FORGED
  }

  /** Checks what a request brought; an absent parameter is the empty string. */
  public Verdict check(String method, String name, String expires, String signature) {
    String signed = method.equals("HEAD") ? "GET" : method;
    byte[] expected = sign(signed, name, expires).getBytes(StandardCharsets.US_ASCII);
    byte[] given = signature.getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, given)) {
      return Verdict.FORGED;
    }
    Instant until = Instant.ofEpochMilli(Long.parseLong(expires));
    return until.isAfter(clock.instant()) ? Verdict.VALID : Verdict.EXPIRED;
  }

  String query(String method, String name, Instant expires) {
    String until = Long.toString(expires.toEpochMilli());
    return "expires=" + until + "&signature=" + sign(method, name, until);
  }

  private String sign(String method, String name, String expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      String text = method + "\n" + name + "\n" + expires;
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }
}
