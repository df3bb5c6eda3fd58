package dev.weir.local.simulate;

import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Usage;
import dev.weir.core.port.PortException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tranches that one host holds. What it forgets in a crash expires by itself. */
final class Tranches {

  private static final Duration LIFETIME = Duration.ofMinutes(25);

  /** Before the sweeper forgets an expired tranche, its holder does. */
  private static final Duration FORGOTTEN = Budgets.EXPIRED_KEPT.minusDays(2);

  private static final long WITHOUT_LIMIT = 1_000_000_000_000_000L;

  private static final class Tranche {
    private final Budgets.Of of;
    private final String id;
    private final long amount;
    private final Instant ends;
    private long spent;
    private long lastFact;

    Tranche(Budgets.Of of, String id, long amount, Instant ends) {
      this.of = of;
      this.id = id;
      this.amount = amount;
      this.ends = ends;
    }
  }

  private final World world;
  private final Machine machine;
  private final String holder;
  private final List<Tranche> open = new ArrayList<>();
  private final Map<Usage, Tranche> held = new HashMap<>();
  private int made;

  Tranches(World world, Machine machine, String holder) {
    this.world = world;
    this.machine = machine;
    this.holder = holder;
  }

  /**
   * Whether a usage may be delivered: an open tranche has room, or a new one is given. What is
   * delivered then is named by {@link #spend}, what is not by {@link #release}.
   */
  boolean hold(Shop shop, Usage usage) {
    Budgets.Of of = Budgets.Of.at(usage.agreementId(), usage.meter(), usage.at());
    Optional<Tranche> tranche = find(of, usage.quantity()).or(() -> reserve(shop, of, usage));
    tranche.ifPresent(t -> {
      t.spent += usage.quantity();
      held.put(usage, t);
    });
    return tranche.isPresent();
  }

  private Optional<Tranche> find(Budgets.Of of, long quantity) {
    Instant now = machine.clock().instant();
    return open.stream()
        .filter(t -> t.of.equals(of) && t.amount - t.spent >= quantity && now.isBefore(t.ends))
        .findFirst();
  }

  private Optional<Tranche> reserve(Shop shop, Budgets.Of of, Usage usage) {
    long limit =
        shop.find(usage.agreementId())
            .map(sold -> sold.limits().getOrDefault(usage.meter(), WITHOUT_LIMIT))
            .orElse(0L);
    long amount = Math.max(usage.quantity(), usage.meter().equals(Shop.TOKENS) ? 12_000 : 6);
    String id = holder + "-" + ++made;
    Tranche tranche = new Tranche(of, id, amount, machine.clock().instant().plus(LIFETIME));
    world.reference().reserved(of, limit);
    if (!new Budgets(machine.ports()).reserve(of, id, amount, limit, LIFETIME)) {
      return Optional.empty();
    }
    open.add(tranche);
    return Optional.of(tranche);
  }

  /** What was delivered, as the journal's fact of that number. */
  void spend(Usage usage, long fact) {
    Tranche tranche = held.remove(usage);
    if (tranche != null) {
      world.reference().delivered(tranche.of, usage.quantity());
      tranche.lastFact = fact;
    }
  }

  /** What was not delivered. */
  void release(Usage usage) {
    Tranche tranche = held.remove(usage);
    if (tranche != null) {
      tranche.spent -= usage.quantity();
    }
  }

  /**
   * Settles tranches whose facts were applied and that are nearly spent or over.
   *
   * @throws PortException where one may not be settled; it is tried again
   */
  void settle(long applied, boolean all) {
    Instant now = machine.clock().instant();
    open.removeIf(tranche -> now.isAfter(tranche.ends.plus(FORGOTTEN)));
    for (Tranche tranche : List.copyOf(open)) {
      boolean over = !now.isBefore(tranche.ends) || tranche.spent * 4 >= tranche.amount * 3;
      if (!held.containsValue(tranche) && tranche.lastFact <= applied && (all || over)) {
        long spent = tranche.spent;
        open.remove(tranche);
        world.reference().posting(tranche.of, spent);
        try {
          settle(tranche, spent);
        } catch (PortException e) {
          settle(tranche, spent); // what was posted before stays posted once
        }
      }
    }
  }

  private void settle(Tranche tranche, long spent) {
    new Budgets(machine.ports()).settle(tranche.of, tranche.id, spent);
  }

  /** The process that knew them is gone. */
  void forget() {
    open.clear();
    held.clear();
  }
}
