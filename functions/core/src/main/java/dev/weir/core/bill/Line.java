package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * One rated line: what one sealed hour, or one agreed charge, costs. Never changes. Amounts are
 * 10⁻⁶ of the currency's minor unit; below 0, something is given back.
 *
 * @param id follows from what it rates, and says in which entry it lies: {@link EntryId}
 * @param channelId through which the usage came
 * @param billedThrough the channel that collects
 * @param partner who earns the share
 * @param meter empty string where no meter is charged
 * @param hour the sealed hour's start; of another charge, the hour that it counts for
 * @param usedBefore what the month had used before, as the price saw it
 * @param amountMicros what the customer owes: the price of the units, and what the parts add
 * @param feeMicros of all that is paid for the line but by the vendor, what the market keeps
 * @param shareMicros of the same, what the partner earns
 * @param costMicros what computing cost; only for the cost meter
 * @param parts what else makes the amount, in the order in which it was applied
 * @param joint what others earn whose work is part of the product
 */
public record Line(
    String id,
    Kind kind,
    String agreementId,
    String channelId,
    String billedThrough,
    Optional<String> partner,
    String meter,
    Instant hour,
    long quantity,
    long usedBefore,
    long included,
    long billed,
    long amountMicros,
    long feeMicros,
    long shareMicros,
    long costMicros,
    String currency,
    String planId,
    int priceVersion,
    Instant ratedAt,
    List<Part> parts,
    List<JointShare> joint) {

  public Line {
    parts = List.copyOf(parts);
    joint = List.copyOf(joint);
  }

  /** What is rated. */
  public enum Kind {
    USAGE,
    COST,
    /** A subscription's period, or a part of it that is given back. */
    FLAT,
    ONE_TIME,
    /** What was missing to a minimum commitment. */
    TRUE_UP,
    /** Credit that was bought or given. */
    CREDIT_PACK,
    /** Credit that expired: it is earned without a use. */
    CREDIT_LAPSED,
    /** An accepted milestone of a project. */
    MILESTONE
  }

  /**
   * What somebody earns whose data, adapter or content is part of the product.
   *
   * @param basisPoints of 10 000
   */
  public record JointShare(String beneficiary, String what, int basisPoints, long micros) {}

  /** All that is paid for it, by whomever: the amount, credit, and what sponsors pay. */
  long revenueMicros() {
    long revenue = amountMicros;
    for (Part part : parts) {
      if (part instanceof Part.Credit || part instanceof Part.Sponsored) {
        revenue = Math.subtractExact(revenue, part.micros());
      }
    }
    return revenue;
  }

  YearMonth month() {
    return month(hour);
  }

  static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }
}
