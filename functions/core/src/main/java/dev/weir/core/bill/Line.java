package dev.weir.core.bill;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * One rated line: what one sealed hour, or one month's flat charge, costs. Never changes. Amounts
 * are 10⁻⁶ of the currency's minor unit.
 *
 * @param id follows from what it rates; also the id of its ledger transaction
 * @param channelId through which the usage came
 * @param billedThrough the channel that collects
 * @param partner who earns the share
 * @param meter empty string for a flat charge
 * @param hour the sealed hour's start; of a flat charge, the first hour of it in the month
 * @param usedBefore what the month had used before, as the price saw it
 * @param amountMicros what the customer owes; of it, the fee and the share
 * @param costMicros what computing cost; only for the cost meter
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
    Instant ratedAt) {

  /** What is rated. */
  public enum Kind {
    USAGE,
    COST,
    FLAT
  }

  YearMonth month() {
    return month(hour);
  }

  static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }
}
