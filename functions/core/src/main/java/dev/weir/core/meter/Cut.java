package dev.weir.core.meter;

import dev.weir.core.port.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * As many of the next facts as fit into one commit, added up.
 *
 * @param taken how many facts were taken, refused ones included
 */
record Cut(int taken, List<UsageFact> accepted, List<Refused> refused, List<HourSum> sums) {

  /** The most bytes of all sums: a commit has room for them, and for the keys and the source. */
  static final int SUMS_MAX_BYTES = Table.COMMIT_MAX_BYTES - (1 << 20);

  /** The most records: one write is the source, one an incident. */
  static final int RECORDS_MAX = Table.WRITES_MAX - 2;

  private static final Comparator<HourSum.Of> ORDER =
      Comparator.comparing(HourSum.Of::hour)
          .thenComparing(HourSum.Of::agreementId)
          .thenComparing(HourSum.Of::channelId)
          .thenComparing(HourSum.Of::meter);

  /** A fact that cannot be counted. */
  record Refused(UsageFact fact, String reason) {}

  /** The hour to which a fact is added: its own, or the oldest open one where that is closed. */
  static Instant target(UsageFact fact, Instant fence) {
    Instant own = Hours.of(fact.at());
    return own.isBefore(fence) ? fence : own;
  }

  static Cut of(List<UsageFact> facts, Instant fence, FactCheck check) {
    Map<HourSum.Of, HourSum> sums = new HashMap<>();
    Room room = new Room();
    List<UsageFact> accepted = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    for (UsageFact fact : facts) {
      String reason = check.refusal(fact).orElse("");
      if (!reason.isEmpty()) {
        refused.add(new Refused(fact, reason));
        continue;
      }
      HourSum.Of of = HourSum.Of.of(fact, target(fact, fence));
      HourSum sum = sums.get(of);
      if (sum == null && !room.take(of)) {
        break;
      }
      sums.put(
          of, sum == null ? new HourSum(of, fact.quantity(), 1) : sum.plus(fact.quantity(), 1));
      accepted.add(fact);
    }
    List<HourSum> sorted =
        sums.values().stream().sorted(Comparator.comparing(HourSum::of, ORDER)).toList();
    return new Cut(accepted.size() + refused.size(), accepted, refused, sorted);
  }

  /** What is left of a commit. */
  private static final class Room {
    private final Map<Instant, Integer> bytesByHour = new HashMap<>();
    private int bytes;
    private int records;

    /** Takes the room of one more sum; false where there is none. */
    boolean take(HourSum.Of of) {
      int more = BatchRecord.bytesMax(of);
      int before = bytesByHour.getOrDefault(of.hour(), 0);
      bytesByHour.put(of.hour(), before + more);
      bytes += more;
      records += BatchRecord.partsMax(before + more) - BatchRecord.partsMax(before);
      return bytes <= SUMS_MAX_BYTES && records <= RECORDS_MAX;
    }
  }
}
