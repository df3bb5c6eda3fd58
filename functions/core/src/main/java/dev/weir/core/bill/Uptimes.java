package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SourceName;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long hosts were there, hour by hour, from their own signs of life. What lies between the last
 * sign and a host's end, less than {@link #EVERY}, is not counted. Stateless and thread-safe.
 */
public final class Uptimes {

  /** How often a sign of life is written. */
  public static final Duration EVERY = Duration.ofMinutes(1);

  private static final Duration HOUR = Duration.ofHours(1);

  private final Table table;
  private final InstantSource clock;

  public Uptimes(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /**
   * A host's part of an hour.
   *
   * @param milliVcpus thousandths of a vCPU that it has
   */
  public record Uptime(
      SourceName host, String endpoint, long milliVcpus, int gpus, Instant from, Instant to) {

    long micros() {
      return Duration.between(from, to).toNanos() / 1000;
    }

    private Uptime until(Instant later) {
      return new Uptime(host, endpoint, milliVcpus, gpus, from, later);
    }
  }

  /** A host says that it is there. */
  public void beat(SourceName host, String endpoint, double vcpus, int gpus) {
    Instant now = clock.instant();
    Instant hour = Hours.of(now);
    Optional<Item> there = table.get(Keys.uptime(hour, host.id()));
    Optional<Uptime> before = there.map(Uptimes::read);
    if (before.isPresent() && now.isBefore(before.get().to().plus(EVERY))) {
      return;
    }
    List<Write> writes = new ArrayList<>();
    Instant from = now;
    if (before.isEmpty()) {
      Key earlier = Keys.uptime(hour.minus(HOUR), host.id());
      Optional<Item> last = table.get(earlier);
      boolean through =
          last.map(item -> now.isBefore(read(item).to().plus(EVERY.multipliedBy(2)))).orElse(false);
      if (through) {
        from = hour;
        writes.add(put(earlier, last, read(last.orElseThrow()).until(hour)));
      }
    }
    long milli = Math.round(vcpus * 1000);
    Uptime next =
        before
            .map(uptime -> uptime.until(now))
            .orElse(new Uptime(host, endpoint, milli, gpus, from, now));
    writes.add(put(Keys.uptime(hour, host.id()), there, next));
    // Refused where another sign of the same host was written: that one counts as well.
    Outcome _ = Tables.commit(table, writes);
  }

  private static Write put(Key key, Optional<Item> before, Uptime uptime) {
    return Write.put(
        key,
        Json.write(uptime),
        before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT));
  }

  private static Uptime read(Item item) {
    return Json.read(item.body(), Uptime.class);
  }

  /** The hosts of an hour. */
  public List<Uptime> of(Instant hour) {
    return Tables.list(table, Table.Query.all(Keys.uptimes(hour))).stream()
        .map(Uptimes::read)
        .toList();
  }
}
