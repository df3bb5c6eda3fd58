package dev.weir.local.simulate;

import dev.weir.core.channel.ReportTask;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The store of a simulated market, and what all markets have in common. */
final class Market {

  private static final int BUSY_PERCENT = 25;
  private static final Duration HOUR = Duration.ofHours(1);

  /** What a market does with a request before it looks at its records. */
  enum Mood {
    FINE,
    THROTTLED,
    FAILED,
    /** No answer, and nothing was done. */
    LOST_BEFORE,
    /** No answer, but all was done. */
    LOST_AFTER
  }

  /** One record that was taken. */
  record Taken(String binding, String meter, Instant at, long quantity, boolean foreign) {}

  /**
   * A customer has left.
   *
   * @param until nothing of it is taken at or after this; empty where only what was used before
   *     {@code at} is taken, however late
   */
  private record Left(Instant at, Optional<Instant> until) {
    boolean takes(Instant hour, Instant now) {
      return until.map(now::isBefore).orElse(hour.isBefore(at));
    }
  }

  /** When a market no longer takes an hour. */
  record Window(Optional<Duration> after, Optional<Integer> monthEndHours) {
    Instant closes(Instant hour) {
      Instant end = after.map(hour::plus).orElse(Instant.MAX);
      if (monthEndHours.isEmpty()) {
        return end;
      }
      Instant month =
          YearMonth.from(hour.atOffset(ZoneOffset.UTC))
              .plusMonths(1)
              .atDay(1)
              .atStartOfDay()
              .toInstant(ZoneOffset.UTC)
              .plus(HOUR.multipliedBy(monthEndHours.get()));
      return month.isBefore(end) ? month : end;
    }
  }

  private final World world;
  private final Shop shop;
  private final String channelId;
  private final Window window;
  private final Random random;
  private final Map<String, Taken> taken = new LinkedHashMap<>();
  private final Map<String, Long> ours = new HashMap<>();
  private final Set<String> unsubscribed = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private final Map<String, Left> left = new HashMap<>();
  private final Map<String, Instant> told = new HashMap<>();
  private Instant downUntil = Instant.MIN;
  private Instant begun = Instant.MIN;

  Market(World world, Shop shop, String channelId, Window window) {
    this.world = world;
    this.shop = shop;
    this.channelId = channelId;
    this.window = window;
    this.random = world.scenario().random("market " + channelId);
  }

  World world() {
    return world;
  }

  Random random() {
    return random;
  }

  Window window() {
    return window;
  }

  /** When the caller looked at the clock before it called, with lines to report. */
  void begin(Instant at, List<ReportTask.Line> lines) {
    begun = at;
    told.clear();
    lines.forEach(line -> line.finalBy().ifPresent(by -> told.put(line.bindingId(), by)));
  }

  /** The market does not answer until then. */
  void downUntil(Instant until) {
    downUntil = until;
  }

  /** The market no longer knows a customer. */
  void unsubscribe(String binding) {
    unsubscribed.add(binding);
  }

  boolean isUnsubscribed(String binding) {
    return unsubscribed.contains(binding);
  }

  /** A customer leaves. */
  void leaves(String binding, Instant at, Optional<Instant> until) {
    left.put(binding, new Left(at, until));
  }

  boolean hasLeft(String binding) {
    return left.containsKey(binding);
  }

  /**
   * Whether an hour is refused since its customer left; who was told that nothing is taken any
   * more, and calls, is wrong.
   */
  boolean isOver(String binding, Instant hour) {
    Instant by = told.getOrDefault(binding, Instant.MAX);
    Violation.unless(
        begun.isBefore(by),
        "channel %s: %s of %s was sent at %s, after the final window closed at %s",
        channelId,
        hour,
        binding,
        begun,
        by);
    Left gone = left.get(binding);
    return gone != null && !gone.takes(hour, world.now());
  }

  /** Every record of a customer is refused: the listing is broken for it. */
  void breakFor(String binding) {
    broken.add(binding);
  }

  boolean isBroken(String binding) {
    return broken.contains(binding);
  }

  Mood mood() {
    world.stepped().step("market " + channelId, "request", "");
    if (world.now().isBefore(downUntil)) {
      return random.nextBoolean() ? Mood.FAILED : Mood.LOST_BEFORE;
    }
    if (world.calm() || !world.has(Trouble.MARKET) || random.nextInt(100) >= BUSY_PERCENT) {
      return Mood.FINE;
    }
    return Mood.values()[1 + random.nextInt(Mood.values().length - 1)];
  }

  /** Whether a single record is left for later. */
  boolean unprocessed() {
    return !world.calm() && world.has(Trouble.MARKET) && random.nextInt(100) < BUSY_PERCENT;
  }

  /** Whether a time may be reported now; asked for a time that was over, the caller was wrong. */
  boolean open(Instant at) {
    Violation.unless(
        begun.isBefore(window.closes(at)),
        "channel %s: %s was sent at %s, after its window closed at %s",
        channelId,
        at,
        begun,
        window.closes(at));
    return world.now().isBefore(window.closes(at)) && !at.isAfter(world.now());
  }

  Optional<Taken> find(String key) {
    return Optional.ofNullable(taken.get(key));
  }

  /** Takes a record of ours under a key that is new. */
  void take(String key, Taken record) {
    taken.put(key, record);
    Shop.Sold sold = shop.billed(channelId, record.binding());
    long sum = ours.merge(sold.id() + "/" + record.meter(), record.quantity(), Long::sum);
    long sealed = world.sealed(sold.id(), record.meter());
    world.stepped().note("market " + channelId, "took", key, Long.toString(record.quantity()));
    Violation.unless(
        sum <= sealed,
        "channel %s has %d of meter %s, agreement %s; sealed are %d",
        channelId,
        sum,
        record.meter(),
        sold.id(),
        sealed);
  }

  /** Somebody else reports an hour before we do. */
  void takeForeign(String key, Taken record) {
    taken.putIfAbsent(key, record);
  }

  /** What we reported and the market has. */
  long ours(String agreementId, String meter) {
    return ours.getOrDefault(agreementId + "/" + meter, 0L);
  }

  Iterable<Taken> all() {
    return taken.values();
  }
}
