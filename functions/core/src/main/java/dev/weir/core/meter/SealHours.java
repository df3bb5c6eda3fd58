package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Seals the hours that every live source has passed, once and for ever.
 *
 * <p>First the fence moves: on the gate, for sources that will register, then on every source's
 * row. A batch is committed together with its source's row, so after that none can add to an hour
 * before the fence, not even to a sum that has no item yet; what comes late goes to the oldest open
 * hour. Then the hours before the fence stand still, and each sum is sealed by one commit over its
 * items at the versions read. Every step may be repeated. Stateless and thread-safe.
 */
public final class SealHours {

  /** How long an hour stays open after its end. */
  public static final Duration GRACE = Duration.ofMinutes(5);

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Sources sources;
  private final Duration grace;

  public SealHours(Ports ports) {
    this(ports, GRACE);
  }

  public SealHours(Ports ports, Duration grace) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.sources = new Sources(ports);
    this.grace = grace;
  }

  /**
   * Seals what can be sealed.
   *
   * @return how many sums were sealed now
   */
  public int run() {
    Gate gate = raiseFence();
    for (Source source : sources.list()) {
      if (source.fence().isBefore(gate.fence())) {
        Instant fence = gate.fence();
        Source _ =
            sources.change(source.name(), s -> s.fence().isBefore(fence) ? s.fenced(fence) : s);
      }
    }
    int sealed = 0;
    for (Instant hour = gate.sealed();
        hour.isBefore(gate.fence());
        hour = hour.plus(Duration.ofHours(1))) {
      for (int shard = 0; shard < Keys.HOUR_SHARDS; shard++) {
        sealed += seal(hour, shard);
      }
    }
    moveGate(gate.fence());
    return sealed;
  }

  /** Moves the fence on the gate to the first hour that some live source has not passed. */
  private Gate raiseFence() {
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      Gate gate = Gate.open(ports);
      Instant passed = clock.instant().minus(grace);
      for (Source source : sources.list()) {
        if (source.state() == Source.State.LIVE && source.until().isBefore(passed)) {
          passed = source.until();
        }
      }
      Instant fence = Hours.of(passed);
      if (!fence.isAfter(gate.fence())) {
        return gate;
      }
      Outcome _ = Tables.commit(table, List.of(gate.fencedTo(fence).write()));
    }
    throw new PortException("the fence of the hours cannot be moved");
  }

  private void moveGate(Instant sealed) {
    for (int i = 0; i < Sources.ATTEMPTS_MAX; i++) {
      Gate gate = Gate.open(ports);
      if (!sealed.isAfter(gate.sealed())) {
        return;
      }
      Outcome _ = Tables.commit(table, List.of(gate.sealedTo(sealed).write()));
    }
    throw new PortException("the gate of the hours cannot be moved");
  }

  private int seal(Instant hour, int shard) {
    Map<String, List<Item>> sums = new TreeMap<>();
    Tables.forEach(
        table,
        Table.Query.all(Keys.hour(hour, shard)),
        item -> {
          String sort = item.key().sort();
          String sum = sort.substring(0, sort.lastIndexOf('/'));
          sums.computeIfAbsent(sum, _ -> new ArrayList<>()).add(item);
        });
    int sealed = 0;
    for (Map.Entry<String, List<Item>> sum : sums.entrySet()) {
      sealed += seal(of(sum.getKey(), hour), sum.getValue()) ? 1 : 0;
    }
    return sealed;
  }

  private static HourSum.Of of(String sort, Instant hour) {
    String[] ids = sort.split("/", -1);
    return new HourSum.Of(ids[0], ids[1], ids[2], hour);
  }

  /** Seals one sum; false where it was sealed before. */
  private boolean seal(HourSum.Of of, List<Item> items) {
    if (items.stream().allMatch(item -> item.counter("sealed") == 1)) {
      return false;
    }
    HourSum sum = new HourSum(of, 0, 0);
    List<Write> writes = new ArrayList<>();
    for (Item item : items) {
      sum = sum.plus(item.counter("quantity"), item.counter("count"));
      writes.add(sealed(item));
    }
    SealedHour hour =
        new SealedHour(
            of.agreementId(),
            of.channelId(),
            of.meter(),
            of.hour(),
            sum.quantity(),
            sum.count(),
            clock.instant());
    writes.add(Write.put(Keys.sealed(of), Json.write(hour), Condition.ABSENT));
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> true;
      // Another run sealed it, or nobody knows: the next run reads again.
      case Outcome.Refused _, Outcome.Conflict _, Outcome.Unknown _ -> {
        Optional<Item> there = table.get(Keys.sealed(of));
        if (there.isEmpty()) {
          throw new PortException("hour " + Hours.name(of.hour()) + " is not sealed yet");
        }
        yield false;
      }
    };
  }

  private static Write sealed(Item item) {
    Map<String, Long> counters = new HashMap<>(item.counters());
    counters.put("sealed", 1L);
    return new Write.Put(
        item.key(), item.body(), counters, item.expires(), Condition.atVersion(item.version()));
  }
}
