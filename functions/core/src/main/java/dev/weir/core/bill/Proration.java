package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Periods of time, and what parts of them cost: pure, integers only.
 *
 * <p>The price of a period is spread over its seconds. By a moment, {@code round(amount × seconds
 * so far / seconds of the period)}, half up, has been earned; a part costs what it adds to that. So
 * the parts of a period add up to its whole price exactly, wherever it is cut.
 */
public final class Proration {

  private Proration() {}

  /** A time from one moment to before another. */
  public record Period(Instant from, Instant to) {
    public Period {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("period begins at " + from + " >= its end " + to);
      }
    }

    public long seconds() {
      return Duration.between(from, to).toSeconds();
    }
  }

  /**
   * What a part of a period costs.
   *
   * @param from not before the period
   * @param to not after it, and not before {@code from}
   */
  static long part(long amountMicros, Period period, Instant from, Instant to) {
    if (from.isBefore(period.from()) || to.isAfter(period.to()) || to.isBefore(from)) {
      throw new IllegalArgumentException("part " + from + ".." + to + " not within " + period);
    }
    return Math.subtractExact(earned(amountMicros, period, to), earned(amountMicros, period, from));
  }

  private static long earned(long amountMicros, Period period, Instant until) {
    long seconds = Duration.between(period.from(), until).toSeconds();
    return Rating.price(seconds, amountMicros, period.seconds());
  }

  /**
   * The period of a subscription that holds a moment.
   *
   * @param began when the subscription began: a period begins then, unless the price names a day of
   *     the month. Then periods begin on that day; the first full one on the next such day (of a
   *     year, in the month of the beginning, or a year after it)
   */
  static Period at(Charge.Flat flat, Instant began, Instant moment) {
    LocalDateTime anchor = anchor(flat, began);
    int day = flat.billingDay().orElse(anchor.getDayOfMonth());
    LocalDateTime wanted = LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
    long months = flat.period() == Charge.Period.YEAR ? 12 : 1;
    long apart =
        (wanted.getYear() - anchor.getYear()) * 12L
            + wanted.getMonthValue()
            - anchor.getMonthValue();
    long number = Math.floorDiv(apart, months);
    while (start(anchor, day, number * months).isAfter(wanted)) {
      number--;
    }
    while (!start(anchor, day, (number + 1) * months).isAfter(wanted)) {
      number++;
    }
    return new Period(
        start(anchor, day, number * months).toInstant(ZoneOffset.UTC),
        start(anchor, day, (number + 1) * months).toInstant(ZoneOffset.UTC));
  }

  private static LocalDateTime anchor(Charge.Flat flat, Instant began) {
    LocalDateTime start = LocalDateTime.ofEpochSecond(began.getEpochSecond(), 0, ZoneOffset.UTC);
    if (flat.billingDay().isEmpty()) {
      return start;
    }
    YearMonth month = YearMonth.from(start);
    LocalDate day = month.atDay(Math.min(flat.billingDay().get(), month.lengthOfMonth()));
    if (day.isBefore(start.toLocalDate())) {
      long months = flat.period() == Charge.Period.YEAR ? 12 : 1;
      day = day.plusMonths(months);
    }
    return day.atStartOfDay();
  }

  /** The same day and time some months after the anchor; in a shorter month its last day. */
  private static LocalDateTime start(LocalDateTime anchor, int day, long months) {
    YearMonth month = YearMonth.from(anchor).plusMonths(months);
    return month.atDay(Math.min(day, month.lengthOfMonth())).atTime(anchor.toLocalTime());
  }

  /** The calendar month (UTC) as a period. */
  static Period of(YearMonth month) {
    return new Period(
        month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC),
        month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
  }
}
