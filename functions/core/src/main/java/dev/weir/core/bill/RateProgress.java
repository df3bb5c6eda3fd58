package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far rating is. Every commit that rates moves it, so that of two runs one goes on and the
 * other reads again, and what was rated is not rated once more.
 *
 * @param until every sealed hour before this one was rated, or raised an incident, and so were the
 *     charges that come with time
 * @param hour the first hour that may not be rated whole
 * @param after the position in it that was rated last; empty string for none
 */
record RateProgress(long version, Instant until, Instant hour, String after) {

  private static final int ATTEMPTS_MAX = 32;

  private record Place(Instant hour, String after) {}

  static RateProgress read(Table table, Instant first) {
    return table
        .get(Keys.progress())
        .map(RateProgress::of)
        .orElseGet(() -> new RateProgress(0, first, first, ""));
  }

  private static RateProgress of(Item item) {
    Place place = Json.read(item.body(), Place.class);
    return new RateProgress(
        item.version(), Instant.ofEpochSecond(item.counter("until")), place.hour(), place.after());
  }

  RateProgress at(Instant newHour, String position) {
    return new RateProgress(version, until, newHour, position);
  }

  Write write() {
    return new Write.Put(
        Keys.progress(),
        Json.write(new Place(hour, after)),
        Map.of("until", until.getEpochSecond()),
        Optional.empty(),
        version == 0 ? Condition.ABSENT : Condition.atVersion(version));
  }

  /** Everything before an hour was rated. Another run's progress is as good. */
  static void moveTo(Table table, Instant first, Instant until) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      RateProgress before = read(table, first);
      if (!before.until().isBefore(until)) {
        return;
      }
      RateProgress after = new RateProgress(before.version(), until, until, "");
      if (Tables.commit(table, List.of(after.write())).applied()) {
        return;
      }
    }
    throw new PortException("progress of rating cannot be stored");
  }
}
