package dev.weir.core.port;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What every {@link Table} has in common: limits, conditions, and what a write makes of an item.
 * Adapters that judge conditions themselves call it, so that all of them judge alike.
 */
public final class TableRules {

  /** The most counters of one item. */
  public static final int COUNTERS_MAX = 64;

  private TableRules() {}

  /**
   * Checks the limits of a commit.
   *
   * @throws IllegalArgumentException quoting the limit that is exceeded
   */
  public static void check(List<Write> writes) {
    if (writes.isEmpty()) {
      throw new IllegalArgumentException("commit has no writes");
    }
    if (writes.size() > Table.WRITES_MAX) {
      throw new IllegalArgumentException("writes " + writes.size() + " > " + Table.WRITES_MAX);
    }
    Set<Key> keys = new HashSet<>();
    long bytes = 0;
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException("key written twice: " + write.key());
      }
      bytes += utf8Length(write.key().partition()) + utf8Length(write.key().sort());
      bytes += contentBytes(write);
    }
    if (bytes > Table.COMMIT_MAX_BYTES) {
      throw new IllegalArgumentException("commit " + bytes + " B > " + Table.COMMIT_MAX_BYTES);
    }
  }

  /** Checks the limits of a query. */
  public static void check(Table.Query query) {
    if (query.limit() < 1 || query.limit() > Table.PAGE_MAX_ITEMS) {
      throw new IllegalArgumentException(
          "page limit " + query.limit() + " not in 1.." + Table.PAGE_MAX_ITEMS);
    }
  }

  private static long contentBytes(Write write) {
    return switch (write) {
      case Write.Put put -> {
        int body = utf8Length(put.body());
        if (body > Table.BODY_MAX_BYTES) {
          throw new IllegalArgumentException(
              "body " + body + " B > " + Table.BODY_MAX_BYTES + " (" + put.key() + ")");
        }
        checkCounters(put.key(), put.counters());
        yield body;
      }
      case Write.Add add -> {
        checkCounters(add.key(), add.deltas());
        yield 0;
      }
      case Write.Delete _, Write.Check _ -> 0;
    };
  }

  private static void checkCounters(Key key, Map<String, Long> counters) {
    if (counters.size() > COUNTERS_MAX) {
      throw new IllegalArgumentException(
          "counters " + counters.size() + " > " + COUNTERS_MAX + " (" + key + ")");
    }
  }

  /** The item, unless it has expired at {@code now}. */
  public static Optional<Item> live(Optional<Item> item, Instant now) {
    return item.filter(i -> i.expires().isEmpty() || i.expires().get().isAfter(now));
  }

  /** Whether a condition holds for what is there now; an expired item counts as absent. */
  public static boolean holds(Condition condition, Optional<Item> live) {
    return switch (condition) {
      case Condition.Always _ -> true;
      case Condition.Absent _ -> live.isEmpty();
      case Condition.Present _ -> live.isPresent();
      case Condition.AtVersion at -> live.isPresent() && live.get().version() == at.version();
      case Condition.AtMost most -> counter(live, most.counter()) <= most.max();
      case Condition.Equals equal -> counter(live, equal.counter()) == equal.value();
    };
  }

  /**
   * What is there after the write; empty for nothing.
   *
   * @throws IllegalArgumentException where a counter would leave the range of a long
   */
  public static Optional<Item> after(Write write, Optional<Item> live) {
    long version = live.map(Item::version).orElse(0L) + 1;
    return switch (write) {
      case Write.Put put ->
          Optional.of(new Item(put.key(), version, put.counters(), put.body(), put.expires()));
      case Write.Delete _ -> Optional.empty();
      case Write.Check _ -> live;
      case Write.Add add ->
          Optional.of(
              new Item(
                  add.key(),
                  version,
                  sum(add, live),
                  live.map(Item::body).orElse("{}"),
                  live.flatMap(Item::expires)));
    };
  }

  private static Map<String, Long> sum(Write.Add add, Optional<Item> live) {
    Map<String, Long> sums = new HashMap<>(live.map(Item::counters).orElse(Map.of()));
    try {
      add.deltas().forEach((name, delta) -> sums.merge(name, delta, Math::addExact));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("counter overflows (" + add.key() + ")", e);
    }
    checkCounters(add.key(), sums);
    return sums;
  }

  private static long counter(Optional<Item> live, String name) {
    return live.map(item -> item.counter(name)).orElse(0L);
  }

  /** A page token that stands for "after this sort key". */
  public static String token(String lastSort) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(lastSort.getBytes(StandardCharsets.UTF_8));
  }

  /** The sort key of a token that {@link #token} made. */
  public static String lastSort(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("page token is not one of this table's", e);
    }
  }

  static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A pair of surrogates is two chars and four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
