package dev.weir.core.account;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a customer's key once its secret has been shown.
 *
 * @param hint the first characters of the secret, for recognition
 * @param sha256 hex, of the whole secret
 * @param expiresAt set by a rotation: it works until then
 * @param revokedAt it works no more
 */
public record ApiKey(
    String id,
    String agreementId,
    String label,
    String hint,
    String sha256,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt) {

  ApiKey revoked(Instant at) {
    return new ApiKey(id, agreementId, label, hint, sha256, createdAt, expiresAt, Optional.of(at));
  }

  /** Works until {@code at}, or until an earlier end that it already had. */
  ApiKey expiring(Instant at) {
    Instant end = expiresAt.filter(known -> known.isBefore(at)).orElse(at);
    return new ApiKey(id, agreementId, label, hint, sha256, createdAt, Optional.of(end), revokedAt);
  }

  /** A key just made; the only time that its secret is seen. */
  public record Issued(ApiKey key, String secret) {
    @Override
    public String toString() {
      return "Issued[" + key.hint() + "…]";
    }
  }
}
