package dev.weir.core.bill;

import java.time.YearMonth;
import java.util.List;

/**
 * What a partner earned in a month, in one currency, in 10⁻⁶ of its minor unit.
 *
 * @param accruedMicros the shares of all rated lines
 * @param acceptedMicros of them, those whose usage the other side took; where nobody is told of it,
 *     those that were paid
 * @param collectedMicros of these, those whose money came in
 * @param clawbackMicros what was taken back in this month
 * @param payableMicros what is paid out: collected, the holding period over, less claw-backs; what
 *     is below 0 is owed
 */
public record Settlement(
    String id,
    String partner,
    YearMonth month,
    String currency,
    List<Row> rows,
    long accruedMicros,
    long acceptedMicros,
    long collectedMicros,
    long clawbackMicros,
    long payableMicros) {

  public Settlement {
    rows = List.copyOf(rows);
  }

  /** One agreement's meter. */
  public record Row(
      String agreementId,
      String channelId,
      String bindingId,
      String meter,
      long quantity,
      long revenueMicros,
      int shareBasisPoints,
      long shareMicros) {}
}
