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
 * Budgets of a calendar month, in two phases: whoever answers calls reserves a tranche, spends it
 * locally, and settles what was spent. What is held (spent and reserved) never exceeds the limit
 * when a tranche is given out, so no more can be spent than the limit. A tranche that is not
 * settled in time expires and its hold is released; if its holder spent it nevertheless, the
 * overspend is at most {@link State#expired}. Stateless and thread-safe.
 */
public final class Budgets {

  /** How long a tranche that expired can still be settled; what comes later is not posted. */
  public static final Duration EXPIRED_KEPT = Duration.ofDays(40);

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;

  public Budgets(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /**
   * What a budget is of, in one month.
   *
   * @param owner whose: an agreement's or a limit's id, {@code [a-z0-9-]{1,64}}
   * @param meter what is spent: a meter, or a currency
   */
  public record Of(String owner, String meter, YearMonth month) {

    /** The budget of the month that holds a moment, in UTC. */
    public static Of at(String owner, String meter, Instant at) {
      return new Of(owner, meter, YearMonth.from(at.atOffset(ZoneOffset.UTC)));
    }
  }

  /**
   * Where a budget stands.
   *
   * @param spent what was settled
   * @param reserved tranches that are out: the bound of what may be spent beyond {@code spent}
   * @param expired tranches that ended unsettled: the bound of an overspend
   */
  public record State(long spent, long reserved, long expired) {

    /** The most that can have been delivered by now, by whoever holds or held a tranche. */
    public long bound() {
      return Math.addExact(Math.addExact(spent, reserved), expired);
    }
  }

  private record Tranche(String owner, String meter, String month, long amount, Instant expires) {

    Of of() {
      return new Of(owner, meter, YearMonth.parse(month));
    }
  }

  /**
   * Reserves a tranche; the same id again is the same tranche.
   *
   * @param id the caller's, {@code [a-z0-9-]{1,64}}
   * @param limit of the month, as the plan or the customer says now
   * @return false where the budget does not have that much left
   */
  public boolean reserve(Of of, String id, long amount, long limit, Duration lifetime) {
    if (limit < amount) {
      checkAmount(amount);
      return false;
    }
    List<Write> writes = reserving(of, id, amount, limit, lifetime);
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
   * The two writes that reserve a tranche, for the commit that begins a call. The first is refused
   * where the tranche is there already, the second where the budget does not have that much left.
   */
  public List<Write> reserving(Of of, String id, long amount, long limit, Duration lifetime) {
    checkAmount(amount);
    Tranche tranche =
        new Tranche(
            of.owner(), of.meter(), of.month().toString(), amount, clock.instant().plus(lifetime));
    return List.of(
        Write.put(Keys.tranche(of, id), Json.write(tranche), Condition.ABSENT),
        Write.add(
            Keys.budget(of),
            Map.of("held", amount, "reserved", amount),
            Condition.atMost("held", limit - amount)));
  }

  private static void checkAmount(long amount) {
    if (amount < 1 || amount > Usage.QUANTITY_MAX) {
      throw new IllegalArgumentException("tranche " + amount + " not in 1.." + Usage.QUANTITY_MAX);
    }
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
      List<Write> writes = settling(of, id, used);
      if (writes.isEmpty() || Tables.commit(table, writes).applied()) {
        return;
      }
    }
    throw new PortException("tranche " + id + " may not be settled");
  }

  /**
   * The writes that settle a tranche, for the commit that ends a call; none where it was settled:
   * nothing is left of a tranche then, so that a sweep reads only those that are out. They are
   * refused where it was settled or expired meanwhile: read again.
   *
   * @throws IllegalArgumentException where more was spent than reserved
   */
  public List<Write> settling(Of of, String id, long used) {
    Optional<Item> item = table.get(Keys.tranche(of, id));
    boolean expired = item.isEmpty();
    if (expired) {
      item = table.get(Keys.expiredTranche(of, id));
    }
    return item.map(i -> settling(of, i, used, expired)).orElse(List.of());
  }

  private static List<Write> settling(Of of, Item item, long used, boolean expired) {
    long amount = Json.read(item.body(), Tranche.class).amount();
    if (used < 0 || used > amount) {
      throw new IllegalArgumentException(
          "spent %d not in 0..%d (tranche %s)".formatted(used, amount, item.key().sort()));
    }
    Map<String, Long> deltas =
        expired
            ? Map.of("held", used, "spent", used, "expired", -amount)
            : Map.of("held", used - amount, "spent", used, "reserved", -amount);
    return List.of(gone(item), Write.add(Keys.budget(of), deltas));
  }

  private static Write gone(Item item) {
    return new Write.Delete(item.key(), Condition.atVersion(item.version()));
  }

  /** Releases the tranches of a budget whose time is over; answers how many. */
  public int expire(Of of) {
    return expire(Table.Query.prefix(Keys.tranches(of), Keys.tranchePrefix(of)));
  }

  /** Releases the tranches of all budgets whose time is over; answers how many. */
  public int expire() {
    int expired = 0;
    for (int shard = 0; shard < Keys.TRANCHE_SHARDS; shard++) {
      expired += expire(Table.Query.all(Keys.tranches(shard)));
    }
    return expired;
  }

  private int expire(Table.Query query) {
    int expired = 0;
    for (Item item : Tables.list(table, query)) {
      Tranche tranche = Json.read(item.body(), Tranche.class);
      if (!clock.instant().isBefore(tranche.expires())) {
        expired += Tables.commit(table, expiring(item, tranche)).applied() ? 1 : 0;
      }
    }
    return expired;
  }

  /** It is put where no sweep reads it, and its holder still finds it. */
  private List<Write> expiring(Item item, Tranche tranche) {
    Map<String, Long> deltas =
        Map.of(
            "held", -tranche.amount(),
            "reserved", -tranche.amount(),
            "expired", tranche.amount());
    return List.of(
        gone(item),
        Write.put(
            Keys.expiredTranche(tranche.of(), Keys.trancheId(item.key())),
            item.body(),
            clock.instant().plus(EXPIRED_KEPT),
            Condition.ALWAYS),
        Write.add(Keys.budget(tranche.of()), deltas));
  }

  public State state(Of of) {
    Optional<Item> item = table.get(Keys.budget(of));
    return item.map(i -> new State(i.counter("spent"), i.counter("reserved"), i.counter("expired")))
        .orElse(new State(0, 0, 0));
  }
}
