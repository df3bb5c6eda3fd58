package dev.weir.core.job;

import dev.weir.core.port.Secrets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The bearer token of one attempt: {@code <job>.<attempt>.<HMAC-SHA-256>}. It is derived, not
 * stored, so that launching the same attempt again gives the same token.
 */
final class AttemptTokens {

  static final String SECRET = "jobs/token-key";

  private static final int KEY_BYTES = 32;

  private final Secrets secrets;

  AttemptTokens(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Who holds a token. */
  record Holder(String jobId, int attempt) {}

  String token(String jobId, int attempt) {
    String subject = jobId + "." + attempt;
    return subject + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(subject));
  }

  /** The holder; a 401 problem where the token is not one of ours. */
  Holder verify(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || !parts[1].matches("[1-9][0-9]{0,3}")) {
      throw refused();
    }
    byte[] presented;
    try {
      presented = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    if (!MessageDigest.isEqual(presented, mac(parts[0] + "." + parts[1]))) {
      throw refused();
    }
    return new Holder(parts[0], Integer.parseInt(parts[1]));
  }

  private static ProblemException refused() {
    return new ProblemException(Problem.unauthorized("the token is not of an attempt"));
  }

  private byte[] mac(String subject) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key()), "HmacSHA256"));
      return mac.doFinal(subject.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Made at first use. Two first uses at once cost the loser's attempt a retry, nothing more. */
  private synchronized String key() {
    return secrets
        .get(SECRET)
        .orElseGet(() -> {
          byte[] key = new byte[KEY_BYTES];
          new SecureRandom().nextBytes(key);
          secrets.put(SECRET, Base64.getEncoder().encodeToString(key));
          return secrets.get(SECRET).orElseThrow();
        });
  }
}
