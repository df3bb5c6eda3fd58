package dev.weir.local.simulate;

import dev.weir.core.bill.Ledger;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds after every commit. */
final class Invariants {

  private static final Duration HOUR = Duration.ofHours(1);

  private final World world;
  private final Watches watches;
  private final Map<String, SealedHour> sealed = new HashMap<>();
  private final Map<String, Long> sealedOf = new HashMap<>();
  private final Set<Budgets.Of> budgets = new HashSet<>();
  private final Map<Budgets.Of, Budgets.State> states = new HashMap<>();
  private final Map<Budgets.Of, Long> late = new HashMap<>();
  private Instant nextHour;

  Invariants(World world) {
    this.world = world;
    this.watches = new Watches(world.base());
    this.nextHour = new SealedHours(world.base()).first();
    watches.add(Invariants::debitsEqualCredits);
  }

  Watches watches() {
    return watches;
  }

  void committed(List<Write> writes) {
    while (!nextHour.isAfter(Hours.of(world.now()).plus(HOUR))) {
      Instant hour = nextHour;
      watches.add(ports -> sealedHoursStay(ports, hour));
      nextHour = nextHour.plus(HOUR);
    }
    for (Budgets.Of of : world.reference().budgets().keySet()) {
      if (budgets.add(of)) {
        watches.add(ports -> budgetHolds(ports, of));
      }
    }
    watches.committed(writes);
  }

  private static void debitsEqualCredits(Ports ports) {
    Map<String, Long> sums = new HashMap<>();
    for (Ledger.Balance balance : new Ledger(ports).balances()) {
      sums.merge(
          balance.currency(),
          Math.subtractExact(balance.debitMicros(), balance.creditMicros()),
          Math::addExact);
    }
    sums.forEach((currency, sum) ->
        Violation.unless(sum == 0, "debits less credits are %d (%s)", sum, currency));
  }

  private void sealedHoursStay(Ports ports, Instant hour) {
    Set<String> there = new HashSet<>();
    new SealedHours(ports)
        .forEach(
            hour,
            sum -> {
              String of = of(sum);
              there.add(of);
              SealedHour before = sealed.putIfAbsent(of, sum);
              if (before == null) {
                sealedOf.merge(
                    sum.agreementId() + "/" + sum.meter(), sum.quantity(), Math::addExact);
              } else {
                Violation.unless(before.equals(sum), "a sealed hour changed: %s, %s", before, sum);
              }
            });
    sealed.forEach((of, sum) ->
        Violation.unless(
            !sum.hour().equals(hour) || there.contains(of), "a sealed hour is gone: %s", sum));
  }

  private static String of(SealedHour sum) {
    return String.join(
        "/",
        sum.agreementId(),
        sum.channelId(),
        sum.meter(),
        sum.hour().toString(),
        Integer.toString(sum.part()));
  }

  private void budgetHolds(Ports ports, Budgets.Of of) {
    Budgets.State state = new Budgets(ports).state(of);
    Reference.Budget known = world.reference().budgets().get(of);
    if (known == null) {
      return;
    }
    Violation.unless(
        state.spent() >= 0 && state.reserved() >= 0 && state.expired() >= 0,
        "budget %s is %s",
        of,
        state);
    Violation.unless(
        known.delivered() <= state.spent() + state.reserved() + state.expired(),
        "budget %s shows %s, delivered are %d",
        of,
        state,
        known.delivered());
    Violation.unless(
        state.spent() + state.reserved() <= known.limit() + late(of, state),
        "budget %s holds %s over its limit %d, %d of it late",
        of,
        state,
        known.limit(),
        late(of, state));
    Violation.unless(
        state.spent() <= known.posted(),
        "budget %s has %s, posted were at most %d",
        of,
        state,
        known.posted());
  }

  /** What was posted, by now, of tranches that had expired; told of every state in turn. */
  private long late(Budgets.Of of, Budgets.State state) {
    Budgets.State before = states.getOrDefault(of, new Budgets.State(0, 0, 0));
    states.put(of, state);
    boolean more = state.expired() < before.expired();
    return late.merge(of, more ? state.spent() - before.spent() : 0, Long::sum);
  }

  /** What was sealed of an agreement's meter until now. */
  long sealed(String agreementId, String meter) {
    return sealedOf.getOrDefault(agreementId + "/" + meter, 0L);
  }

  Map<String, SealedHour> sealed() {
    return sealed;
  }
}
