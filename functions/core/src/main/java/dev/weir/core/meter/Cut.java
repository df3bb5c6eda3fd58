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

  /** The most hour items of a commit: one write is the source, one the hour's batch record. */
  static final int SUMS_MAX = Table.WRITES_MAX - 2;

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
    for (UsageFact fact : facts) {
      String reason = check.refusal(fact).orElse("");
      if (!reason.isEmpty()) {
        if (writes(sums.size(), hours.size(), true) > Table.WRITES_MAX) {
          break;
        }
        refused.add(new Refused(fact, reason));
        continue;
      }
      HourSum.Of of = HourSum.Of.of(fact, target(fact, fence));
      int newSum = sums.containsKey(of) ? 0 : 1;
      int newHour = hours.contains(of.hour()) ? 0 : 1;
      if (writes(sums.size() + newSum, hours.size() + newHour, !refused.isEmpty())
          > Table.WRITES_MAX) {
        break;
      }
      hours.add(of.hour());
      sums.merge(
          of,
          new HourSum(of, fact.quantity(), 1),
          (sum, one) -> sum.plus(one.quantity(), one.count()));
      accepted.add(fact);
    }
    return new Cut(accepted.size() + refused.size(), accepted, refused, List.copyOf(sums.values()));
  }

  /** The source, a record per hour, an item per sum, an incident. */
  private static int writes(int sums, int hours, boolean incident) {
    return 1 + hours + sums + (incident ? 1 : 0);
  }
}
