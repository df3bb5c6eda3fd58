package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * A customer's invoice for one agreement and calendar month, as its bytes say. Amounts are 10⁻⁶ of
 * the currency's minor unit, before tax.
 *
 * @param number without gaps per issuer
 */
public record Invoice(
    String format,
    String issuer,
    long number,
    String agreementId,
    String customerId,
    String currency,
    YearMonth month,
    Instant issuedAt,
    List<Row> rows,
    long totalMicros) {

  static final String FORMAT = "weir-invoice/1";

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
