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
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hard budgets of a calendar month, in two phases: whoever answers calls reserves a tranche, spends
 * it locally, and settles what was spent. What is held (spent and reserved) never exceeds the limit
 * when a tranche is given out, so no more can be spent than the limit. A tranche that is not
 * settled in time expires and its hold is released; if its holder spent it nevertheless, the
 * overspend is at most {@link State#expired}. Stateless and thread-safe.
 */
public final class Budgets {

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;

  public Budgets(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /** What a budget is of: one agreement's meter in one month. */
  public record Of(String agreementId, String meter, YearMonth month) {

    /** The budget of the month that holds a moment. */
    public static Of at(String agreementId, String meter, Instant at) {
      return new Of(agreementId, meter, YearMonth.from(at.atOffset(ZoneOffset.UTC)));
    }
  }

  /**
   * Where a budget stands.
   *
   * @param spent what was settled
   * @param reserved tranches that are out: the bound of what may be spent beyond {@code spent}
   * @param expired tranches that ended unsettled: the bound of an overspend
   */
  public record State(long spent, long reserved, long expired) {}

  private record Tranche(long amount, Instant expires) {}

  /**
   * Reserves a tranche; the same id again is the same tranche.
   *
   * @param id the caller's, {@code [a-z0-9-]{1,64}}
   * @param limit of the month, as the plan or the customer says now
   * @return false where the budget does not have that much left
   */
  public boolean reserve(Of of, String id, long amount, long limit, Duration lifetime) {
    if (amount < 1 || amount > Usage.QUANTITY_MAX) {
      throw new IllegalArgumentException("tranche " + amount + " not in 1.." + Usage.QUANTITY_MAX);
    }
    if (limit < amount) {
      return false;
    }
    Tranche tranche = new Tranche(amount, clock.instant().plus(lifetime));
    List<Write> writes =
        List.of(
            Write.put(Keys.tranche(of, id), Json.write(tranche), Condition.ABSENT),
            Write.add(
                Keys.budget(of),
                Map.of("held", amount, "reserved", amount),
                Condition.atMost("held", limit - amount)));
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      switch (Tables.commit(table, writes)) {
        case Outcome.Applied _ -> {
          return true;
        }
        case Outcome.Refused refused -> {
          return refused.index() == 0;
        }
        case Outcome.Conflict _, Outcome.Unknown _ -> {}
      }
    }
    throw new PortException("tranche " + id + " may not be reserved");
  }

  /**
   * Settles a tranche: posts what was spent and releases the rest; 0 voids it. Settling again
   * changes nothing. Of a tranche that expired meanwhile nothing is held any more, and what was
   * spent is posted all the same: it was delivered.
   *
   * @throws IllegalArgumentException where more was spent than reserved
   */
  public void settle(Of of, String id, long used) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> item = table.get(Keys.tranche(of, id));
      if (item.isEmpty()) {
        throw new IllegalArgumentException("no tranche " + id);
      }
      Tranche tranche = Json.read(item.get().body(), Tranche.class);
      if (used < 0 || used > tranche.amount()) {
        throw new IllegalArgumentException(
            "spent %d not in 0..%d (tranche %s)".formatted(used, tranche.amount(), id));
      }
      boolean expired = item.get().counter("expired") == 1;
      if (item.get().counter("settled") == 1) {
        return;
      }
      Map<String, Long> deltas =
          expired
              ? Map.of("held", used, "spent", used, "expired", -tranche.amount())
              : Map.of(
                  "held", used - tranche.amount(), "spent", used, "reserved", -tranche.amount());
      if (end(of, item.get(), "settled", deltas)) {
        return;
      }
    }
    throw new PortException("tranche " + id + " may not be settled");
  }

  /** Releases the tranches whose time is over; answers how many. */
  public int expire(Of of) {
    int expired = 0;
    for (Item item : Tables.list(table, Table.Query.all(Keys.tranches(of)))) {
      Tranche tranche = Json.read(item.body(), Tranche.class);
      boolean open = item.counter("settled") == 0 && item.counter("expired") == 0;
      if (open && !clock.instant().isBefore(tranche.expires())) {
        Map<String, Long> deltas =
            Map.of(
                "held", -tranche.amount(),
                "reserved", -tranche.amount(),
                "expired", tranche.amount());
        expired += end(of, item, "expired", deltas) ? 1 : 0;
      }
    }
    return expired;
  }

  /** The tranche's mark and the budget's change are one commit, at the version read. */
  private boolean end(Of of, Item item, String mark, Map<String, Long> deltas) {
    Write marked =
        new Write.Put(
            item.key(),
            item.body(),
            Map.of(mark, 1L),
            Optional.empty(),
            Condition.atVersion(item.version()));
    return Tables.commit(table, List.of(marked, Write.add(Keys.budget(of), deltas))).applied();
  }

  public State state(Of of) {
    Optional<Item> item = table.get(Keys.budget(of));
    return item.map(i -> new State(i.counter("spent"), i.counter("reserved"), i.counter("expired")))
        .orElse(new State(0, 0, 0));
  }
}
