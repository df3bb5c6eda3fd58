package dev.weir.core.catalog;

import java.time.Instant;
import java.util.List;

/**
 * Whose data, adapters or content a product is made with, and what of its revenue they earn, from a
 * moment on. Never changed once stored.
 *
 * @param version 1, 2, 3 … without gaps
 * @param beneficiaries at most {@link #BENEFICIARIES_MAX}; none: nobody does from then on
 */
public record JointProduct(
    String productId, int version, Instant effectiveFrom, List<Beneficiary> beneficiaries) {

  public static final int BENEFICIARIES_MAX = 4;

  private static final int WHOLE_BASIS_POINTS = 10_000;

  public JointProduct {
    beneficiaries = List.copyOf(beneficiaries);
    Names.checkId("product", productId);
    Names.checkRange("version of joint product " + productId, version, 1, 1_000_000);
    Names.checkRange(
        "number of beneficiaries of " + productId, beneficiaries.size(), 0, BENEFICIARIES_MAX);
    int together = beneficiaries.stream().mapToInt(Beneficiary::basisPoints).sum();
    Names.checkRange("shares of " + productId + " together", together, 0, WHOLE_BASIS_POINTS);
  }

  /**
   * Who earns a share.
   *
   * @param what it is for: {@code data}, {@code adapter}, {@code content} …
   * @param basisPoints of 10 000
   */
  public record Beneficiary(String partner, String what, int basisPoints) {
    public Beneficiary {
      Names.checkId("beneficiary", partner);
      Names.checkId("contribution", what);
      Names.checkRange("share of " + partner, basisPoints, 0, WHOLE_BASIS_POINTS);
    }
  }
}
