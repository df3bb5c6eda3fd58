package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * What a partner is paid, as the statement's bytes say: the vendor writes the partner's bill for
 * it. Amounts are 10⁻⁶ of the currency's minor unit.
 *
 * @param number without gaps per partner
 * @param months everything that was ever earned in the currency, as it stands
 * @param paidBeforeMicros all payouts before this one
 * @param paidMicros this one: what is payable of all months less what was paid before, rounded down
 *     to whole minor units
 */
public record Payout(
    String format,
    Issuer issuedBy,
    String id,
    String partner,
    long number,
    String currency,
    Instant issuedAt,
    List<Month> months,
    long paidBeforeMicros,
    long paidMicros) {

  static final String FORMAT = "weir-payout/2";

  public Payout {
    months = List.copyOf(months);
  }

  /**
   * One month of it.
   *
   * @param legs what of it was earned for what, through which channel
   */
  public record Month(
      YearMonth month,
      long accruedMicros,
      long acceptedMicros,
      long collectedMicros,
      long clawbackMicros,
      long payableMicros,
      List<Settlement.Leg> legs) {

    public Month {
      legs = List.copyOf(legs);
    }

    static Month of(Settlement settlement) {
      return new Month(
          settlement.month(),
          settlement.accruedMicros(),
          settlement.acceptedMicros(),
          settlement.collectedMicros(),
          settlement.clawbackMicros(),
          settlement.payableMicros(),
          settlement.legs());
    }
  }
}
