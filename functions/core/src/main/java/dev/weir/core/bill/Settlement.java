package dev.weir.core.bill;

import java.time.YearMonth;
import java.util.List;

/**
 * What somebody earned in a month, in one currency, in 10⁻⁶ of its minor unit: a channel's partner,
 * a beneficiary of joint products, or who is both. Its sums are those of its legs.
 *
 * @param legs what was earned for what, through which channel
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
    List<Leg> legs,
    long accruedMicros,
    long acceptedMicros,
    long collectedMicros,
    long clawbackMicros,
    long payableMicros) {

  /** What a partner earns for: that its channel sells. */
  public static final String SALES = "sales";

  public Settlement {
    rows = List.copyOf(rows);
    legs = List.copyOf(legs);
  }

  /**
   * One agreement's meter, for one of the things that are earned for.
   *
   * @param revenueMicros what the share is of: all that is paid but by the vendor
   */
  public record Row(
      String agreementId,
      String channelId,
      String bindingId,
      String meter,
      String what,
      long quantity,
      long revenueMicros,
      int shareBasisPoints,
      long shareMicros) {}

  /**
   * What was earned for one thing through one channel.
   *
   * @param what {@link #SALES}, or what of a joint product: {@code data}, {@code adapter} …
   */
  public record Leg(
      String what,
      String channelId,
      long accruedMicros,
      long acceptedMicros,
      long collectedMicros,
      long clawbackMicros,
      long payableMicros) {

    boolean joint() {
      return !what.equals(SALES);
    }
  }

  /** Of the payable, what is for parts of joint products. */
  long jointPayableMicros() {
    return legs.stream().filter(Leg::joint).mapToLong(Leg::payableMicros).reduce(0, Math::addExact);
  }
}
