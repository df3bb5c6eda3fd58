package dev.weir.core.bill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * A customer's invoice for one agreement and calendar month, as its bytes say. Amounts are 10⁻⁶ of
 * the currency's minor unit, before tax.
 *
 * @param issuedBy the issuer as it was on that day
 * @param number without gaps per issuer
 * @param dueAt until when it is to be paid
 * @param payableMicros the total, rounded half even to whole minor units: what is to be paid; below
 *     0, what the customer has to its credit
 */
public record Invoice(
    String format,
    Issuer issuedBy,
    String issuer,
    long number,
    String agreementId,
    String customerId,
    String customerName,
    String currency,
    YearMonth month,
    Instant issuedAt,
    Instant dueAt,
    List<Row> rows,
    long totalMicros,
    long payableMicros) {

  static final String FORMAT = "weir-invoice/2";

  /** How many micros one minor unit has. */
  static final long MINOR_MICROS = 1_000_000;

  /** Rounded half even to whole minor units. */
  static long payable(long micros) {
    BigDecimal minor = BigDecimal.valueOf(micros, 6).setScale(0, RoundingMode.HALF_EVEN);
    return Math.multiplyExact(minor.longValueExact(), MINOR_MICROS);
  }

  public Invoice {
    rows = List.copyOf(rows);
  }

  /**
   * One position: a meter's use through a channel, or a flat charge.
   *
   * @param meter empty string for a flat charge
   * @param quantity {@code included + billed}
   * @param lines how many rated lines it sums up
   */
  public record Row(
      String channelId,
      String meter,
      String planId,
      int priceVersion,
      long quantity,
      long included,
      long billed,
      long amountMicros,
      int lines) {}
}
