package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * What is not owed of an invoice after all, as its bytes say. Amounts are 10⁻⁶ of the currency's
 * minor unit, more than 0, before tax.
 *
 * @param number without gaps per issuer, in a series of its own
 * @param invoiceNumber the invoice that it corrects
 * @param payableMicros the total, rounded to whole minor units
 */
public record CreditNote(
    String format,
    Issuer issuedBy,
    String issuer,
    long number,
    long invoiceNumber,
    String agreementId,
    String customerId,
    String customerName,
    String currency,
    YearMonth month,
    Instant issuedAt,
    String reason,
    List<Row> rows,
    long totalMicros,
    long payableMicros) {

  static final String FORMAT = "weir-credit-note/2";

  public CreditNote {
    rows = List.copyOf(rows);
  }

  /**
   * One position.
   *
   * @param row which row of the invoice it corrects, the first is 1
   * @param feeMicros what the market does not keep
   * @param shareMicros what the partner does not earn
   * @param joint what beneficiaries of a joint product do not earn
   */
  public record Row(
      int row,
      String channelId,
      String meter,
      long amountMicros,
      long feeMicros,
      long shareMicros,
      List<Line.JointShare> joint) {
    public Row {
      joint = List.copyOf(joint);
    }
  }
}
