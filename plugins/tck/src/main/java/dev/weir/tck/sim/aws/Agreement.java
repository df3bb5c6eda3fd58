package dev.weir.tck.sim.aws;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One purchase of one product by one buyer.
 *
 * @param licenseArn null for a product of the legacy integration
 * @param customerIdentifier null for a product of the new integration
 * @param deprovisionedAt when the licence was taken away, or null
 */
record Agreement(
    String id,
    String productCode,
    String account,
    @Nullable String licenseArn,
    @Nullable String customerIdentifier,
    Instant startedAt,
    List<Entitlement> entitlements,
    @Nullable Instant deprovisionedAt) {

  /** A right bought with a contract. */
  record Entitlement(String dimension, long value, Instant expiresAt) {}

  Agreement deprovisioned(Instant at) {
    return new Agreement(
        id, productCode, account, licenseArn, customerIdentifier, startedAt, entitlements, at);
  }

  /** What identifies the buyer of this agreement in a usage record. */
  String usageKey() {
    return licenseArn != null ? licenseArn : productCode + " " + customerIdentifier;
  }
}
