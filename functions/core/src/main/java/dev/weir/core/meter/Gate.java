package dev.weir.core.meter;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far the deployment's hours are: {@code first ≤ sealed ≤ fence}. Hours before {@code sealed}
 * are sealed, all of them; hours before {@code fence} are closed to sources that register now.
 */
record Gate(long version, Instant first, Instant sealed, Instant fence) {

  /** How many hours before its first moment a deployment still takes facts for. */
  private static final int FIRST_HOURS = 2;

  private static final int ATTEMPTS_MAX = 16;

  /** The gate; made, together with the lanes' sources, when first asked for. */
  static Gate open(Table table, InstantSource clock) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> item = table.get(Keys.gate());
      if (item.isPresent()) {
        return of(item.get());
      }
      Instant first = Hours.start(Hours.number(clock.instant()) - FIRST_HOURS);
      List<Write> writes = new ArrayList<>();
      writes.add(new Gate(0, first, first, first).write());
      for (int lane = 0; lane < Facts.LANES; lane++) {
        writes.add(laneSource(lane, first).write());
      }
      Outcome _ = Tables.commit(table, writes);
    }
    throw new PortException("the gate of the hours cannot be made");
  }

  static Gate open(Ports ports) {
    return open(ports.table(), ports.clock());
  }

  private static Source laneSource(int lane, Instant first) {
    return Source.fresh(SourceName.lane(lane), first, Optional.empty());
  }

  private static Gate of(Item item) {
    return new Gate(
        item.version(),
        Hours.start(item.counter("first")),
        Hours.start(item.counter("sealed")),
        Hours.start(item.counter("fence")));
  }

  Write write() {
    return new Write.Put(
        Keys.gate(),
        "{}",
        Map.of(
            "first",
            Hours.number(first),
            "sealed",
            Hours.number(sealed),
            "fence",
            Hours.number(fence)),
        Optional.empty(),
        version == 0 ? Condition.ABSENT : Condition.atVersion(version));
  }

  /** Holds as long as nobody moved the gate. */
  Write check() {
    return Write.check(Keys.gate(), Condition.atVersion(version));
  }

  /** Holds while an hour is not sealed. */
  static Condition unsealed(Instant hour) {
    return Condition.atMost("sealed", Hours.number(hour));
  }

  Gate fencedTo(Instant hour) {
    return new Gate(version, first, sealed, hour);
  }

  Gate sealedTo(Instant hour) {
    return new Gate(version, first, hour, fence);
  }
}
