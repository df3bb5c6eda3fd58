package dev.weir.core.limit;

import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Usage;
import dev.weir.core.port.Ids;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * This process's tranches of one budget. While calls are rare each has a tranche of its own, which
 * is settled when it ends, so that nothing is left outstanding by an idle process. While they are
 * many they share tranches of up to a hundredth of the budget, which are settled when they are
 * spent or old. Thread-safe.
 */
final class Purse {

  /** When a tranche that was not settled is released by the sweeper. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  /** From how many calls in a second on they share tranches. */
  static final int BUSY_CALLS = 10;

  private static final Duration SHARED_MAX = Duration.ofSeconds(30);
  private static final long SHARED_PARTS = 100;
  private static final long SHARED_CALLS_MAX = 100;
  private static final long SECOND_MS = 1_000;

  private final Budgets budgets;
  private final Alerts alerts;
  private final Ids ids;
  private final InstantSource clock;
  private final List<Tranche> open = new ArrayList<>();
  private long secondMs;
  private int calls;
  private int callsBefore;

  /** A tranche that this process holds. */
  private static final class Tranche {
    private final Limit.Budget limit;
    private final Budgets.Of of;
    private final String id;
    private final long amount;
    private final Instant until;
    private long held;
    private long spent;
    private boolean settling;

    Tranche(Limit.Budget limit, Budgets.Of of, String id, long amount, Instant until) {
      this.limit = limit;
      this.of = of;
      this.id = id;
      this.amount = amount;
      this.until = until;
    }

    long left() {
      return amount - spent - held;
    }
  }

  /** A call's part of a tranche. */
  record Hold(Object tranche, long amount) {}

  Purse(Ports ports, Alerts alerts) {
    this.budgets = new Budgets(ports);
    this.alerts = alerts;
    this.ids = new Ids(ports.clock());
    this.clock = ports.clock();
  }

  /** Holds what a call may spend at most; empty where the budget does not have that much left. */
  Optional<Hold> hold(Limit.Budget limit, YearMonth month, long most) {
    settleEnded();
    if (most == 0) {
      return Optional.of(new Hold(this, 0));
    }
    if (most > Usage.QUANTITY_MAX && limit.hard()) {
      return Optional.empty();
    }
    return held(limit, month, Math.min(most, Usage.QUANTITY_MAX));
  }

  private Optional<Hold> held(Limit.Budget limit, YearMonth month, long most) {
    synchronized (this) {
      boolean busy = busy();
      Instant now = clock.instant();
      for (Tranche tranche : open) {
        boolean usable =
            tranche.of.month().equals(month)
                && tranche.limit.equals(limit)
                && !tranche.settling
                && now.isBefore(tranche.until);
        if (usable && tranche.left() >= most) {
          tranche.held += most;
          return Optional.of(new Hold(tranche, most));
        }
      }
      long shared =
          Math.max(
              most,
              Math.min(
                  Math.min(limit.perMonth() / SHARED_PARTS, Usage.QUANTITY_MAX),
                  most > Usage.QUANTITY_MAX / SHARED_CALLS_MAX ? most : most * SHARED_CALLS_MAX));
      return (busy ? reserve(limit, month, shared, most) : Optional.<Hold>empty())
          .or(() -> reserve(limit, month, most, most));
    }
  }

  private boolean busy() {
    long now = clock.millis() / SECOND_MS;
    if (now != secondMs) {
      callsBefore = now == secondMs + 1 ? calls : 0;
      calls = 0;
      secondMs = now;
    }
    calls++;
    return calls + callsBefore >= BUSY_CALLS;
  }

  private Optional<Hold> reserve(Limit.Budget limit, YearMonth month, long amount, long most) {
    Budgets.Of of = new Budgets.Of(limit.id(), limit.of(), month);
    String id = ids.next();
    long ceiling = limit.hard() ? limit.perMonth() : Long.MAX_VALUE;
    if (!budgets.reserve(of, id, amount, ceiling, LIFETIME)) {
      return Optional.empty();
    }
    Tranche tranche = new Tranche(limit, of, id, amount, clock.instant().plus(SHARED_MAX));
    tranche.held = most;
    open.add(tranche);
    return Optional.of(new Hold(tranche, most));
  }

  /**
   * Ends a call's part.
   *
   * @param spent of it, at most its amount
   */
  void end(Hold hold, long spent) {
    if (!(hold.tranche() instanceof Tranche tranche)) {
      return;
    }
    synchronized (this) {
      tranche.held -= hold.amount();
      tranche.spent += spent;
    }
    settleEnded();
  }

  /** Settles what no call holds and none will: spent, old, of a month ago, or nobody is busy. */
  void settleEnded() {
    settle(false);
  }

  /** Settles all that no call holds. */
  void settleAll() {
    settle(true);
  }

  private void settle(boolean all) {
    List<Tranche> ended = new ArrayList<>();
    synchronized (this) {
      Instant now = clock.instant();
      long second = clock.millis() / SECOND_MS;
      boolean idle =
          second > secondMs + 1 || calls + (second == secondMs ? callsBefore : 0) < BUSY_CALLS;
      for (Tranche tranche : open) {
        boolean over = all || idle || tranche.left() == 0 || !now.isBefore(tranche.until);
        if (!tranche.settling && tranche.held == 0 && over) {
          tranche.settling = true;
          ended.add(tranche);
        }
      }
    }
    ended.forEach(this::settle);
  }

  private void settle(Tranche tranche) {
    try {
      budgets.settle(tranche.of, tranche.id, tranche.spent);
    } catch (PortException e) {
      // The answer was given and stays given; the next call tries again, or the tranche expires.
      synchronized (this) {
        tranche.settling = false;
      }
      return;
    }
    synchronized (this) {
      open.remove(tranche);
    }
    try {
      alerts.check(tranche.limit, tranche.of.month());
    } catch (PortException e) {
      // The next settlement looks again.
    }
  }
}
