package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * What a sponsor owes for the use that it paid for in a month, as the bill's bytes say. Amounts are
 * 10⁻⁶ of the currency's minor unit, before tax.
 *
 * @param number without gaps per issuer, in a series of its own
 * @param payer who sponsors
 * @param payableMicros the total, rounded half even to whole minor units
 */
public record SponsorBill(
    String format,
    Issuer issuedBy,
    String issuer,
    long number,
    String payer,
    YearMonth month,
    String currency,
    Instant issuedAt,
    Instant dueAt,
    List<Row> rows,
    long totalMicros,
    long payableMicros) {

  static final String FORMAT = "weir-sponsor-bill/1";

  public SponsorBill {
    rows = List.copyOf(rows);
  }

  /**
   * What one sponsorship paid of a meter.
   *
   * @param channelId whose free use it is
   * @param agreements how many were sponsored
   * @param quantity that they used of the meter in hours of which something was sponsored
   */
  public record Row(
      String sponsorship,
      String channelId,
      String meter,
      int agreements,
      long quantity,
      long micros) {}
}
