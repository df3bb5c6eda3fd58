package dev.weir.core.meter;

import dev.weir.core.port.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * As many of the next facts as fit into one commit, added up.
 *
 * @param taken how many facts were taken, refused ones included
 */
record Cut(int taken, List<UsageFact> accepted, List<Refused> refused, List<HourSum> sums) {

  /** The most bytes of all sums, so that the record of an hour fits into an item. */
  static final int SUMS_MAX_BYTES = Table.BODY_MAX_BYTES - 4096;

  /** The most hours: one write is the source, one an incident. */
  static final int HOURS_MAX = Table.WRITES_MAX - 2;

  private static final Comparator<HourSum.Of> ORDER =
      Comparator.comparing(HourSum.Of::hour).thenComparing(HourSum.Of::sort);

  /** A fact that cannot be counted. */
  record Refused(UsageFact fact, String reason) {}

  /** The hour to which a fact is added: its own, or the oldest open one where that is closed. */
  static Instant target(UsageFact fact, Instant fence) {
    Instant own = Hours.of(fact.at());
    return own.isBefore(fence) ? fence : own;
  }

  static Cut of(List<UsageFact> facts, Instant fence, FactCheck check) {
    Map<HourSum.Of, HourSum> sums = new TreeMap<>(ORDER);
    Set<Instant> hours = new HashSet<>();
    List<UsageFact> accepted = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    int bytes = 0;
    for (UsageFact fact : facts) {
      String reason = check.refusal(fact).orElse("");
      if (!reason.isEmpty()) {
        refused.add(new Refused(fact, reason));
        continue;
      }
      HourSum.Of of = HourSum.Of.of(fact, target(fact, fence));
      if (!sums.containsKey(of)) {
        bytes += BatchRecord.bytesMax(of);
        hours.add(of.hour());
      }
      if (bytes > SUMS_MAX_BYTES || hours.size() > HOURS_MAX) {
        break;
      }
      sums.merge(
          of,
          new HourSum(of, fact.quantity(), 1),
          (sum, one) -> sum.plus(one.quantity(), one.count()));
      accepted.add(fact);
    }
    return new Cut(accepted.size() + refused.size(), accepted, refused, List.copyOf(sums.values()));
  }
}
