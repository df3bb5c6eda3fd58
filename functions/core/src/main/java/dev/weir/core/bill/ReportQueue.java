package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides rated quantities into report lines: a billing channel takes one line per agreement, meter
 * and hour, made once, when the hour is rated. What a line cannot take is carried to the next hour.
 * A market takes nothing back, so a quantity below 0 waits until there is more than it to report,
 * and makes that less. Pure.
 */
final class ReportQueue {

  /** How many hours an excess may be spread over. */
  static final int CARRY_HOURS_MAX = 24;

  private ReportQueue() {}

  /**
   * An hour's report lines, without ids, and what is left for later hours.
   *
   * @param carry as it is after them
   */
  record Drawn(List<ReportLine> lines, Carry carry) {}

  /** The report lines of an agreement's hour: what is carried first, then what is new. */
  static Drawn draw(
      Agreement agreement, Instant hour, ReportingLimits limits, List<Line> rated, Carry carry) {
    Carry left = later(limits, rated, carry);
    List<ReportLine> lines = new ArrayList<>();
    for (String meter : new TreeSet<>(left.waiting().keySet())) {
      Optional<ReportingLimits.OfMeter> declared = Optional.ofNullable(limits.meters().get(meter));
      if (declared.isPresent() && sum(left.of(meter)) > 0) {
        List<ReportLine.Part> rest = new ArrayList<>();
        List<ReportLine.Part> taken = take(left.of(meter), declared.get().quantityMax(), rest);
        lines.add(line(agreement, meter, hour, declared.get().scale(), taken));
        left = left.with(meter, rest);
      }
    }
    return new Drawn(lines, left);
  }

  /** All of it for the next hour's report. */
  static Carry later(ReportingLimits limits, List<Line> rated, Carry carry) {
    Carry more = carry;
    Map<String, Long> sums = new TreeMap<>();
    for (Line line : rated) {
      if (limits.meters().containsKey(line.meter()) && line.quantity() != 0) {
        more = more.plus(line.meter(), new ReportLine.Part(line.id(), line.quantity()));
      }
    }
    more.waiting().forEach((meter, parts) -> sums.put(meter, sum(parts)));
    sums.forEach((meter, sum) -> check(limits, meter, sum));
    return more;
  }

  private static void check(ReportingLimits limits, String meter, long sum) {
    Optional<ReportingLimits.OfMeter> declared = Optional.ofNullable(limits.meters().get(meter));
    long most = declared.map(ReportingLimits.OfMeter::quantityMax).orElse(Long.MAX_VALUE);
    if (sum > most && (sum - 1) / most >= CARRY_HOURS_MAX) {
      throw new ArithmeticException(
          "meter %s: quantity %d > %d hours of %d".formatted(meter, sum, CARRY_HOURS_MAX, most));
    }
  }

  private static long sum(List<ReportLine.Part> parts) {
    return parts.stream().mapToLong(ReportLine.Part::quantity).reduce(0, Math::addExact);
  }

  /**
   * Takes the first {@code most} units of parts, which are together more than 0, and all that is
   * taken back; what is left goes to {@code rest}.
   */
  private static List<ReportLine.Part> take(
      List<ReportLine.Part> parts, long most, List<ReportLine.Part> rest) {
    List<ReportLine.Part> taken = new ArrayList<>();
    long back = parts.stream().mapToLong(p -> Math.min(0, p.quantity())).sum();
    long room = Math.min(most, sum(parts)) - back;
    for (ReportLine.Part part : parts) {
      long some = Math.min(room, part.quantity());
      if (some != 0) {
        taken.add(new ReportLine.Part(part.lineId(), some));
      }
      if (some < part.quantity()) {
        rest.add(new ReportLine.Part(part.lineId(), part.quantity() - some));
      }
      room -= Math.max(0, some);
    }
    return taken;
  }

  static ReportLine line(
      Agreement agreement, String meter, Instant hour, int scale, List<ReportLine.Part> parts) {
    String channelId = agreement.billedThrough();
    String bindingId = agreement.identities().getOrDefault(channelId, "");
    if (bindingId.isEmpty()) {
      throw new IllegalStateException(
          "agreement " + agreement.id() + " has no identity in channel " + channelId);
    }
    return new ReportLine(
        "",
        channelId,
        agreement.id(),
        bindingId,
        meter,
        hour,
        sum(parts),
        scale,
        parts,
        ReportLine.State.SEALED,
        0,
        Optional.empty(),
        "");
  }
}
