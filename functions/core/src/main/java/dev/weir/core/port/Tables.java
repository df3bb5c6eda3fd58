package dev.weir.core.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Walks over a {@link Table} that every use case needs. */
public final class Tables {

  /** How often {@link #commit} tries. */
  public static final int ATTEMPTS_MAX = 12;

  /** The longest pause between tries, in milliseconds. */
  public static final long PAUSE_MAX_MS = 200;

  private Tables() {}

  /** Visits every item of a query, page by page. */
  public static void forEach(Table table, Table.Query query, Consumer<Item> visitor) {
    Table.Query next = query;
    while (true) {
      Table.Page page = table.query(next);
      page.items().forEach(visitor);
      Optional<String> token = page.next();
      if (token.isEmpty()) {
        return;
      }
      next = next.after(token.get());
    }
  }

  /**
   * Commits, and again where another commit was in the way: at most {@link #ATTEMPTS_MAX} times,
   * with a random pause that grows to {@link #PAUSE_MAX_MS}.
   */
  public static Outcome commit(Table table, List<Write> writes) {
    Outcome outcome = table.commit(writes);
    for (int i = 1; i < ATTEMPTS_MAX && outcome instanceof Outcome.Conflict; i++) {
      long ceiling = Math.min(PAUSE_MAX_MS, 1L << i);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(ceiling * 1_000_000));
      outcome = table.commit(writes);
    }
    return outcome;
  }

  /** All items of a query; for partitions whose size has a limit. */
  public static List<Item> list(Table table, Table.Query query) {
    List<Item> items = new ArrayList<>();
    forEach(table, query, items::add);
    return items;
  }
}
