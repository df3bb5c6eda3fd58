package dev.weir.core.bill;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * What the manifest declares about reports; the host keeps to it.
 *
 * @param batchMax the most lines of one call, 1 to {@link #BATCH_MAX}
 * @param monthEndHours how many hours into a month lines of the month before are still taken
 * @param meters the meters that are reported
 * @param callsPerSecond the most calls a second; empty where no limit is declared
 */
public record ReportingLimits(
    int batchMax,
    Optional<Integer> monthEndHours,
    Map<String, OfMeter> meters,
    Optional<Integer> callsPerSecond) {

  /** So that a batch fits into one commit and one message. */
  public static final int BATCH_MAX = 90;

  public ReportingLimits {
    meters = Map.copyOf(meters);
    if (batchMax < 1 || batchMax > BATCH_MAX) {
      throw new IllegalArgumentException("batch " + batchMax + " not in 1.." + BATCH_MAX);
    }
  }

  /** Those of a channel that names no rate. */
  public ReportingLimits(
      int batchMax, Optional<Integer> monthEndHours, Map<String, OfMeter> meters) {
    this(batchMax, monthEndHours, meters, Optional.empty());
  }

  /**
   * The most calls that may wait for an answer: as many as are made in half the time after which
   * lines are sent again, so that no line's turn comes after that.
   */
  int callsWaitingMax() {
    long seconds = Reports.AGAIN.toSeconds() / 2;
    return callsPerSecond.map(n -> Math.toIntExact(n * seconds)).orElse(Integer.MAX_VALUE);
  }

  /**
   * One meter's limits.
   *
   * @param scale the decimal places of its quantities
   * @param window how long after an hour's start its line is taken
   * @param zeroAllowed whether a line of 0 may be sent
   * @param quantityMax the largest quantity of a line; the excess goes to the next hour
   * @param zeroHourly whether a line of 0 is sent for every hour without use
   */
  public record OfMeter(
      int scale, Duration window, boolean zeroAllowed, long quantityMax, boolean zeroHourly) {
    public OfMeter {
      if (zeroHourly && !zeroAllowed) {
        throw new IllegalArgumentException("a zero is asked for each hour, and not taken");
      }
      if (quantityMax < 1) {
        throw new IllegalArgumentException("largest quantity " + quantityMax + " < 1");
      }
    }

    /** One whose hours without use are not reported. */
    public OfMeter(int scale, Duration window, boolean zeroAllowed, long quantityMax) {
      this(scale, window, zeroAllowed, quantityMax, false);
    }
  }

  /** Whether some meter's hours without use are reported. */
  boolean asksForZeros() {
    return meters.values().stream().anyMatch(OfMeter::zeroHourly);
  }

  /** The moment from which an hour's line is no longer taken. */
  Instant closes(String meter, Instant hour) {
    OfMeter limits = meters.get(meter);
    return closes(hour, limits == null ? Duration.ZERO : limits.window(), monthEndHours);
  }

  /**
   * The moment from which an hour's line is no longer taken: after a window, and in the next month
   * after its first hours.
   */
  public static Instant closes(Instant hour, Duration window, Optional<Integer> monthEndHours) {
    Instant end = hour.plus(window);
    if (monthEndHours.isEmpty()) {
      return end;
    }
    Instant cutoff =
        YearMonth.from(hour.atOffset(ZoneOffset.UTC))
            .plusMonths(1)
            .atDay(1)
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC)
            .plus(Duration.ofHours(monthEndHours.get()));
    return cutoff.isBefore(end) ? cutoff : end;
  }
}
