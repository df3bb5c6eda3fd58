package dev.weir.core.limit;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The limits that the vendor set. Stateless and thread-safe. */
public final class Limits {

  /** The most limits of a deployment. */
  public static final int LIMITS_MAX = 10_000;

  /** The most limits on one customer, key, channel, agreement, or on the vendor. */
  public static final int ON_MAX = 6;

  private final Table table;

  public Limits(Ports ports) {
    this.table = ports.table();
  }

  /**
   * Sets a limit. It holds everywhere {@link Rules#AGE_MAX} later. A budget's amount can change in
   * the month; what was spent stays.
   *
   * @throws ProblemException 409 where the id is of a limit on or of something else
   */
  public void put(Limit limit) {
    for (int i = 0; i < Tables.ATTEMPTS_MAX; i++) {
      Optional<Item> there = table.get(Keys.limit(limit.id()));
      Optional<Limit> before = there.map(Limits::read);
      if (before.isPresent() && before.get().equals(limit)) {
        return;
      }
      before.ifPresentOrElse(old -> checkSame(old, limit), () -> checkRoom(limit.on()));
      long more = before.isPresent() ? 0 : 1;
      Condition unchanged =
          there.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
      Outcome outcome =
          Tables.commit(
              table,
              List.of(
                  Write.put(Keys.limit(limit.id()), Json.write(limit), unchanged),
                  Write.add(
                      Keys.version(),
                      Map.of("version", 1L, "count", more),
                      Condition.atMost("count", LIMITS_MAX - more))));
      if (outcome.applied()) {
        return;
      }
      if (outcome instanceof Outcome.Refused(int index) && index == 1) {
        throw new ProblemException(Problem.conflict("limits ≥ " + LIMITS_MAX));
      }
    }
    throw new PortException("limit " + limit.id() + " may not be stored");
  }

  private void checkRoom(String on) {
    if (list().stream().filter(limit -> limit.on().equals(on)).count() >= ON_MAX) {
      throw new ProblemException(Problem.conflict("limits on " + on + " ≥ " + ON_MAX));
    }
  }

  private static void checkSame(Limit old, Limit limit) {
    boolean same =
        old.getClass() == limit.getClass()
            && old.on().equals(limit.on())
            && old.of().equals(limit.of());
    if (!same) {
      throw new ProblemException(
          Problem.conflict(
              "limit %s is a %s of %s on %s; another one needs another id"
                  .formatted(old.id(), kind(old), old.of(), old.on())));
    }
  }

  static String kind(Limit limit) {
    return switch (limit) {
      case Limit.Rate _ -> "rate";
      case Limit.Budget budget -> budget.hard() ? "hard budget" : "soft budget";
    };
  }

  /** Takes a limit away; false where there is none. */
  public boolean remove(String id) {
    for (int i = 0; i < Tables.ATTEMPTS_MAX; i++) {
      if (table.get(Keys.limit(id)).isEmpty()) {
        return i > 0;
      }
      Outcome outcome =
          Tables.commit(
              table,
              List.of(
                  new Write.Delete(Keys.limit(id), Condition.PRESENT),
                  Write.add(Keys.version(), Map.of("version", 1L, "count", -1L))));
      if (outcome.applied()) {
        return true;
      }
    }
    throw new PortException("limit " + id + " may not be removed");
  }

  public Optional<Limit> get(String id) {
    return table.get(Keys.limit(id)).map(Limits::read);
  }

  /** All, by id. */
  public List<Limit> list() {
    return Tables.list(table, Table.Query.all(Keys.LIMITS)).stream().map(Limits::read).toList();
  }

  /** Grows with every change. */
  long version() {
    return table.get(Keys.version()).map(item -> item.counter("version")).orElse(0L);
  }

  private static Limit read(Item item) {
    return Json.read(item.body(), Limit.class);
  }
}
