package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts rated quantities onto report lines that were not sent yet. */
final class ReportQueue {

  /** How many hours an excess may be spread over. */
  static final int CARRY_HOURS_MAX = 24;

  private final Table table;

  ReportQueue(Ports ports) {
    this.table = ports.table();
  }

  /** Where a quantity goes to. */
  private record Place(ReportLine line, Condition condition) {}

  /**
   * The writes that put a rated line's quantity onto the report line of its hour. What that cannot
   * take, because it is full or was sent already, goes to the hours after it.
   *
   * @throws ArithmeticException where {@link #CARRY_HOURS_MAX} hours cannot take it
   */
  List<Write> add(Line line, Agreement agreement, ReportingLimits.OfMeter limits) {
    List<Write> writes = new ArrayList<>();
    long left = line.quantity();
    Instant hour = line.hour();
    for (int i = 0; i < CARRY_HOURS_MAX && left > 0; i++) {
      Place place = place(line, agreement, limits, hour);
      long room = place.line().unsent() ? limits.quantityMax() - place.line().quantity() : 0;
      long taken = Math.min(left, room);
      if (taken > 0) {
        ReportLine longer = place.line().plus(line.id(), taken);
        writes.add(
            Write.put(
                Keys.due(longer.channelId(), longer.id()), Json.write(longer), place.condition()));
        if (place.condition() instanceof Condition.Absent) {
          writes.add(Write.check(Keys.done(longer.channelId(), longer.id()), Condition.ABSENT));
        }
        left -= taken;
      }
      hour = hour.plus(Duration.ofHours(1));
    }
    if (left > 0) {
      throw new ArithmeticException(
          "line %s: quantity %d > %d hours of %d"
              .formatted(line.id(), line.quantity(), CARRY_HOURS_MAX, limits.quantityMax()));
    }
    return writes;
  }

  private Place place(
      Line line, Agreement agreement, ReportingLimits.OfMeter limits, Instant hour) {
    String channelId = agreement.billedThrough();
    String id = Keys.reportId(channelId, agreement.id(), line.meter(), hour);
    Optional<Item> due = table.get(Keys.due(channelId, id));
    if (due.isPresent()) {
      ReportLine there = Json.read(due.get().body(), ReportLine.class);
      return new Place(there, Condition.atVersion(due.get().version()));
    }
    Optional<Item> done = table.get(Keys.done(channelId, id));
    if (done.isPresent()) {
      return new Place(Json.read(done.get().body(), ReportLine.class), Condition.ALWAYS);
    }
    return new Place(empty(id, agreement, line.meter(), hour, limits.scale()), Condition.ABSENT);
  }

  static ReportLine empty(String id, Agreement agreement, String meter, Instant hour, int scale) {
    String channelId = agreement.billedThrough();
    String bindingId = agreement.identities().getOrDefault(channelId, "");
    if (bindingId.isEmpty()) {
      throw new IllegalStateException(
          "agreement " + agreement.id() + " has no identity in channel " + channelId);
    }
    return new ReportLine(
        id,
        channelId,
        agreement.id(),
        bindingId,
        meter,
        hour,
        0,
        scale,
        List.of(),
        ReportLine.State.SEALED,
        0,
        Optional.empty(),
        "");
  }
}
