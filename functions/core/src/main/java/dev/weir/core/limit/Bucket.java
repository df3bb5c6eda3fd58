package dev.weir.core.limit;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * This process's share of a rate's token bucket, which lies in the table. Levels are in units × ms,
 * so that a refill of any length is exact. Thread-safe.
 */
final class Bucket {

  private static final long MINUTE_MS = 60_000;
  private static final long KEPT_MS = 5_000;
  private static final long REFUSED_MAX_MS = 1_000;

  private final Table table;
  private final InstantSource clock;
  private long have;
  private long takenAtMs;
  private long refusedUntilMs;
  private long refusedFor = -1;

  private record Level(long unitMs, long atMs) {}

  Bucket(Table table, InstantSource clock) {
    this.table = table;
    this.clock = clock;
  }

  /**
   * Takes one unit.
   *
   * @return how long to wait, in milliseconds; 0 where it was taken
   */
  synchronized long take(Limit.Rate rate) {
    long now = clock.millis();
    if (have > 0 && Math.abs(now - takenAtMs) > KEPT_MS) {
      have = 0;
    }
    if (have < 1) {
      if (now < refusedUntilMs && refusedFor == rate.perMinute()) {
        return refusedUntilMs - now;
      }
      long waitMs = refill(rate, now);
      if (waitMs > 0) {
        refusedUntilMs = now + Math.min(waitMs, REFUSED_MAX_MS);
        refusedFor = rate.perMinute();
        return waitMs;
      }
    }
    have--;
    return 0;
  }

  /** Gives units back, or takes what a call used beyond its one. */
  synchronized void give(long units) {
    have = Math.addExact(have, units);
  }

  private long refill(Limit.Rate rate, long now) {
    if (rate.perMinute() == 0) {
      return MINUTE_MS;
    }
    long needed = 1 - have;
    for (int i = 0; i < Tables.ATTEMPTS_MAX; i++) {
      Optional<Item> item = table.get(Keys.bucket(rate.id()));
      long full = rate.perMinute() * MINUTE_MS;
      Level level =
          item.map(there -> Json.read(there.body(), Level.class)).orElse(new Level(full, now));
      long passedMs = Math.clamp(now - level.atMs(), 0, MINUTE_MS);
      long there = Math.min(full, level.unitMs() + passedMs * rate.perMinute());
      long wanted = needed - 1 + Math.max(1, rate.perMinute() / 60);
      long taken = Math.min(wanted, there / MINUTE_MS);
      long rest = there - taken * MINUTE_MS;
      if (taken == 0) {
        return waitMs(rate, needed, rest);
      }
      Level left = new Level(rest, Math.max(now, level.atMs()));
      Condition unchanged =
          item.map(read -> Condition.atVersion(read.version())).orElse(Condition.ABSENT);
      Outcome outcome =
          table.commit(List.of(Write.put(Keys.bucket(rate.id()), Json.write(left), unchanged)));
      if (outcome.applied()) {
        have += taken;
        takenAtMs = now;
        return have < 1 ? waitMs(rate, 1 - have, rest) : 0; // a debt is paid in parts
      }
    }
    throw new PortException("rate " + rate.id() + " is contended");
  }

  private static long waitMs(Limit.Rate rate, long needed, long rest) {
    return Math.max(1, Math.ceilDiv(needed * MINUTE_MS - rest, rate.perMinute()));
  }
}
