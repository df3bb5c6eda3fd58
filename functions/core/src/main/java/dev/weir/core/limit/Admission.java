package dev.weir.core.limit;

import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Usage;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Allows a call, or refuses it with the reason. Where several limits refuse, the tightest is named:
 * the one with the longest wait, then the least left. One per process, so that a process holds as
 * few tranches as it needs. Thread-safe.
 */
public final class Admission {

  private final Ports ports;
  private final InstantSource clock;
  private final Rules rules;
  private final Budgets budgets;
  private final Alerts alerts;
  private final Prices prices;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Map<String, Purse> purses = new ConcurrentHashMap<>();

  public Admission(Ports ports) {
    this.ports = ports;
    this.clock = ports.clock();
    this.rules = new Rules(new Limits(ports), ports.clock());
    this.budgets = new Budgets(ports);
    this.alerts = new Alerts(ports);
    this.prices = new Prices(ports);
  }

  /** What a call took from one limit. */
  private sealed interface Taken {
    record OfRate(Bucket bucket, Limit.Rate rate) implements Taken {}

    record OfBudget(Purse purse, Purse.Hold hold, Limit.Budget budget) implements Taken {}
  }

  /**
   * Allows a call that is answered while the customer waits.
   *
   * @param mostUsed what it may use at most, by meter; what is not named is not limited. Asked only
   *     where there are limits
   * @throws ProblemException 429 for a rate, 402 for a budget, each with Retry-After; 503 where
   *     hard budgets cannot be read now
   */
  public Pass admit(Who who, Supplier<Map<String, Long>> mostUsed) {
    List<Limit> limits = rules.on(who);
    if (limits.isEmpty()) {
      return Pass.FREE;
    }
    Map<String, Long> most = mostUsed.get();
    List<Taken> taken = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    boolean allowed = false;
    try {
      for (Limit limit : limits) {
        switch (limit) {
          case Limit.Rate rate -> take(rate, most, taken).ifPresent(refusals::add);
          case Limit.Budget budget -> hold(budget, who, most, taken).ifPresent(refusals::add);
        }
      }
      allowed = refusals.isEmpty();
    } catch (PortException e) {
      throw new ProblemException(Problem.unavailable("limits cannot be checked now", 1), e);
    } finally {
      if (!allowed) {
        taken.forEach(Admission::giveBack);
      }
    }
    if (!allowed) {
      throw tightest(refusals).problem();
    }
    return new Pass(used -> end(taken, who, used), most);
  }

  /**
   * Settles the tranches that this process shared among calls and does not use now; for processes
   * that live on between calls. Without it they are settled by the next call, or expire.
   *
   * @param all whether also those that the next call would use: the process ends
   */
  public void settle(boolean all) {
    for (Purse purse : purses.values()) {
      if (all) {
        purse.settleAll();
      } else {
        purse.settleEnded();
      }
    }
  }

  private static Refusal tightest(List<Refusal> refusals) {
    return refusals.stream()
        .max(
            Comparator.comparingLong(Refusal::waitSeconds)
                .thenComparing(Comparator.comparingLong(Refusal::left).reversed()))
        .orElseThrow();
  }

  private Optional<Refusal> take(Limit.Rate rate, Map<String, Long> most, List<Taken> taken) {
    if (!most.containsKey(rate.of())) {
      return Optional.empty();
    }
    Bucket bucket =
        buckets.computeIfAbsent(rate.id(), _ -> new Bucket(ports.table(), ports.clock()));
    long waitMs = bucket.take(rate);
    if (waitMs > 0) {
      return Optional.of(new Refusal(rate, 0, 1, Math.ceilDiv(waitMs, 1000)));
    }
    taken.add(new Taken.OfRate(bucket, rate));
    return Optional.empty();
  }

  private Optional<Refusal> hold(
      Limit.Budget budget, Who who, Map<String, Long> most, List<Taken> taken) {
    if (!applies(budget, who, most)) {
      return Optional.empty();
    }
    long needed = amount(budget, who, most);
    Purse purse = purses.computeIfAbsent(budget.id(), _ -> new Purse(ports, alerts));
    Optional<Purse.Hold> held;
    try {
      held = purse.hold(budget, month(), needed);
    } catch (PortException e) {
      if (budget.hard()) {
        throw e;
      }
      return Optional.empty(); // a soft budget stops nobody
    }
    if (held.isEmpty()) {
      return Optional.of(refused(budget, needed));
    }
    taken.add(new Taken.OfBudget(purse, held.get(), budget));
    return Optional.empty();
  }

  private static boolean applies(Limit.Budget budget, Who who, Map<String, Long> most) {
    return budget.money()
        ? budget.of().equals(who.agreement().currency())
        : most.containsKey(budget.of());
  }

  private long amount(Limit.Budget budget, Who who, Map<String, Long> quantities) {
    return budget.money()
        ? prices.cost(who.agreement(), who.channelId(), quantities)
        : quantities.getOrDefault(budget.of(), 0L);
  }

  private Refusal refused(Limit.Budget budget, long needed) {
    YearMonth month = month();
    alerts.check(budget, month);
    Budgets.State state = budgets.state(new Budgets.Of(budget.id(), budget.of(), month));
    long left = Math.max(0, budget.perMonth() - state.spent() - state.reserved());
    Instant next = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    long wait = Math.max(1, Duration.between(clock.instant(), next).toSeconds());
    return new Refusal(budget, left, needed, wait);
  }

  /** How long an attempt at a queued call may hold its reservations. */
  public static final Duration RESERVED = Duration.ofMinutes(3);

  /**
   * Allows an attempt at a queued call. Its rates are taken now; its budgets are reserved by the
   * commit that begins the attempt and settled by the one that ends it.
   *
   * @param id of the attempt, {@code [a-z0-9-]{1,64}}
   * @throws ProblemException 429 for a rate
   */
  public Reservation reserve(Who who, String id, Supplier<Map<String, Long>> mostUsed) {
    List<Limit> limits = rules.on(who);
    if (limits.isEmpty()) {
      return Reservation.NONE;
    }
    Map<String, Long> most = mostUsed.get();
    List<Taken> taken = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    List<Reservation.Part> parts = new ArrayList<>();
    for (Limit limit : limits) {
      switch (limit) {
        case Limit.Rate rate -> take(rate, most, taken).ifPresent(refusals::add);
        case Limit.Budget budget -> {
          long needed = applies(budget, who, most) ? amount(budget, who, most) : 0;
          if (needed > 0) {
            Budgets.Of of = new Budgets.Of(budget.id(), budget.of(), month());
            parts.add(new Reservation.Part(budget, of, id, Math.min(needed, Usage.QUANTITY_MAX)));
          }
        }
      }
    }
    if (!refusals.isEmpty()) {
      taken.forEach(Admission::giveBack);
      throw tightest(refusals).problem();
    }
    return new Reservation(parts, who, used -> end(taken, who, used));
  }

  /** The writes that reserve, for the commit that begins the attempt. */
  public List<Write> reserving(Reservation reservation) {
    List<Write> writes = new ArrayList<>();
    for (Reservation.Part part : reservation.parts()) {
      long ceiling = part.budget().hard() ? part.budget().perMonth() : Long.MAX_VALUE;
      writes.addAll(budgets.reserving(part.of(), part.id(), part.amount(), ceiling, RESERVED));
    }
    return writes;
  }

  /** Why that commit was refused, where one of {@link #reserving} was. */
  public ProblemException refused(Reservation reservation, int write) {
    Reservation.Part part = reservation.parts().get(write / 2);
    return refused(part.budget(), part.amount()).problem();
  }

  /** The writes that settle what was used, for the commit that ends the attempt. */
  public List<Write> settling(Reservation reservation, Map<String, Long> used) {
    List<Write> writes = new ArrayList<>();
    for (Reservation.Part part : reservation.parts()) {
      long spent = spent(part.budget(), part.amount(), reservation.who(), used);
      writes.addAll(budgets.settling(part.of(), part.id(), spent));
    }
    return writes;
  }

  /** After that commit: what rates count, and alerts. */
  public void settled(Reservation reservation, Map<String, Long> used) {
    reservation.rates().used(used);
    for (Reservation.Part part : reservation.parts()) {
      try {
        alerts.check(part.budget(), part.of().month());
      } catch (PortException e) {
        // The next settlement looks again.
      }
    }
  }

  private static void giveBack(Taken taken) {
    switch (taken) {
      case Taken.OfRate(Bucket bucket, _) -> bucket.give(1);
      case Taken.OfBudget(Purse purse, Purse.Hold hold, _) -> purse.end(hold, 0);
    }
  }

  private void end(List<Taken> taken, Who who, Map<String, Long> used) {
    for (Taken one : taken) {
      switch (one) {
        case Taken.OfRate(Bucket bucket, Limit.Rate rate) -> {
          // A request counts though it failed; other units count as they are billed.
          if (!rate.of().equals(Meter.CALLS.id())) {
            bucket.give(1 - used.getOrDefault(rate.of(), 0L));
          }
        }
        case Taken.OfBudget(Purse purse, Purse.Hold hold, Limit.Budget budget) ->
            purse.end(hold, spent(budget, hold.amount(), who, used));
      }
    }
  }

  /** The answer was given: what cannot be priced now counts whole. */
  private long spent(Limit.Budget budget, long held, Who who, Map<String, Long> used) {
    try {
      return Math.min(held, amount(budget, who, used));
    } catch (PortException e) {
      return held;
    }
  }

  private YearMonth month() {
    return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
  }
}
