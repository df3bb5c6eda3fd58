package dev.weir.core.limit;

import static dev.weir.core.limit.LimitWorld.ACME;
import static dev.weir.core.limit.LimitWorld.ONE_CALL;
import static dev.weir.core.limit.LimitWorld.answered;
import static dev.weir.core.limit.LimitWorld.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.meter.Budgets;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What limits do where a call fails, a table cannot be read, or a clock is wrong. */
class AdmissionFaultsTest {

  private final LimitWorld world = new LimitWorld();
  private final Stopping table = new Stopping(world.ports.table());
  private final Admission host =
      new Admission(
          new Ports(
              table,
              world.ports.blobs(),
              world.ports.queues(),
              world.ports.hosts(),
              world.ports.secrets(),
              world.clock));

  /** A table that stops to read or to write. */
  private static final class Stopping implements Table {
    private final Table table;
    private boolean reads = true;
    private boolean writes = true;
    private Runnable beforeNextWrite = () -> {};

    Stopping(Table table) {
      this.table = table;
    }

    private void check(boolean works) {
      if (!works) {
        throw new PortException("the table is away");
      }
    }

    @Override
    public Optional<Item> get(Key key) {
      check(reads);
      return table.get(key);
    }

    @Override
    public Page query(Query query) {
      check(reads);
      return table.query(query);
    }

    @Override
    public Outcome commit(List<Write> changes) {
      check(writes);
      Runnable before = beforeNextWrite;
      beforeNextWrite = () -> {};
      before.run();
      return table.commit(changes);
    }
  }

  @Test
  void aHardBudgetThatCannotBeHeldRefusesAndASoftOneStopsNobody() {
    world.limits.put(new Limit.Budget("soft", "vendor", "calls", 10, false));
    assertEquals(1, answered(host, ACME, 1));
    table.writes = false;
    assertEquals(3, answered(host, ACME, 3));
    world.limits.put(new Limit.Budget("hard", "vendor", "calls", 10, true));
    world.clock.advance(Rules.AGE_MAX);
    assertEquals(503, call(host, ACME, ONE_CALL).orElseThrow().status());
    table.writes = true;
    assertEquals(1, answered(host, ACME, 1));
  }

  @Test
  void aRequestThatFailedCountsForItsRateAndNotForItsBudget() {
    world.limits.put(new Limit.Rate("rate", "vendor", "calls", 2));
    world.limits.put(new Limit.Budget("budget", "vendor", "calls", 5, true));
    host.admit(ACME, () -> ONE_CALL).nothing();
    host.admit(ACME, () -> ONE_CALL).nothing();
    assertEquals(429, call(host, ACME, ONE_CALL).orElseThrow().status());
    assertEquals(new Budgets.State(0, 0, 0), world.state("budget", "calls"));
  }

  @Test
  void aQueuedAttemptThatOneRateRefusesTakesNothingFromAnother() {
    world.limits.put(new Limit.Rate("wide", "vendor", "calls", 2));
    world.limits.put(new Limit.Rate("narrow", "customer:acme", "calls", 1));
    host.reserve(ACME, "a1", () -> ONE_CALL);
    for (int i = 0; i < 5; i++) {
      assertThrows(ProblemException.class, () -> host.reserve(ACME, "a2", () -> ONE_CALL));
    }
    assertEquals(1, answered(host, LimitWorld.who("other", "k2"), 3));
  }

  @Test
  void aQueuedAttemptIsHeldToAHardBudgetAndNotToASoftOne() {
    world.limits.put(new Limit.Budget("soft", "vendor", "calls", 0, false));
    Reservation reservation = host.reserve(ACME, "a1", () -> ONE_CALL);
    assertEquals(new Outcome.Applied(), table.commit(host.reserving(reservation)));
    assertEquals(
        new Outcome.Applied(), table.commit(host.settling(reservation, Map.of("calls", 1L))));
    assertEquals(new Budgets.State(1, 0, 0), world.state("soft", "calls"));
    world.limits.put(new Limit.Budget("hard", "vendor", "calls", 0, true));
    world.clock.advance(Rules.AGE_MAX);
    Reservation refused = host.reserve(ACME, "a2", () -> ONE_CALL);
    assertEquals(new Outcome.Refused(1), table.commit(host.reserving(refused)));
    assertEquals(402, host.refused(refused, 1).problem().status());
  }

  @Test
  void anAnswerThatCannotBePricedNowCountsAllThatItHeldAndNeverMore() {
    Catalog catalog = new Catalog(world.ports);
    catalog.put(new Meter("output_tokens", "token", 0));
    catalog.put(new Product("care", "Care", "desk"));
    catalog.put(new Plan("standard", "care", "Standard", "USD"));
    catalog.put(
        new PriceVersion(
            "standard",
            1,
            Instant.parse("2026-11-01T00:00:00Z"),
            List.of(new Charge.PerUnit("output_tokens", 100, 2_000_000, 1))));
    world.limits.put(new Limit.Budget("usd", "vendor", "USD", 900_000_000, true));
    Pass first = host.admit(ACME, () -> Map.of("output_tokens", 9L));
    world.clock.advance(Duration.ofHours(1)); // what is known of the price book is too old
    table.reads = false;
    first.used(Map.of("output_tokens", 1L));
    table.reads = true;
    Pass second = host.admit(ACME, () -> Map.of("output_tokens", 2L));
    second.used(Map.of("output_tokens", 5L));
    assertEquals(11 * 2_000_000L, world.state("usd", "USD").spent());
  }

  @Test
  void aClockThatWasSetBackDoesNotKeepOldLimitsAlive() {
    assertEquals(1, answered(host, ACME, 1));
    world.limits.put(new Limit.Budget("none", "vendor", "calls", 0, true));
    world.clock.set(world.clock.instant().minus(Duration.ofMinutes(30)));
    assertEquals(0, answered(host, ACME, 1));
  }

  @Test
  void aCallThatIsEndedTwiceCountsOnce() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100_000, true));
    for (int i = 0; i < 50; i++) {
      Pass pass = host.admit(ACME, () -> Map.of("calls", 2L));
      pass.used(ONE_CALL);
      pass.unknown();
    }
    world.clock.advance(Duration.ofSeconds(10));
    assertEquals(1, answered(host, ACME, 1));
    assertEquals(new Budgets.State(51, 0, 0), world.state("calls", "calls"));
  }

  @Test
  void whatCouldNotBeSettledIsSettledByALaterCall() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100, true));
    Pass pass = host.admit(ACME, () -> ONE_CALL);
    table.writes = false;
    pass.used(ONE_CALL);
    table.writes = true;
    assertEquals(new Budgets.State(0, 1, 0), world.state("calls", "calls"));
    assertEquals(1, answered(host, ACME, 1));
    assertEquals(new Budgets.State(2, 0, 0), world.state("calls", "calls"));
  }

  @Test
  void aBusyHostAsksTheTableSeldomAndHoldsAHundredthAtMost() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 1_000, true));
    assertEquals(10, answered(host, ACME, 10));
    long before = world.table.accesses().get();
    long reserved = 0;
    for (int i = 0; i < 200; i++) {
      assertEquals(1, answered(host, ACME, 1));
      reserved = Math.max(reserved, world.state("calls", "calls").reserved());
    }
    long asked = world.table.accesses().get() - before - 200; // the states above
    assertTrue(asked < 200, "asked " + asked);
    assertTrue(reserved > 1 && reserved <= 10, "reserved " + reserved);
    assertEquals(790, answered(host, ACME, 2_000)); // the last ones have tranches of their own
  }

  @Test
  void aCallThatComesWhileATrancheIsSettledDoesNotSpendFromIt() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100_000, true));
    assertEquals(15, answered(host, ACME, 15)); // the last ones share a tranche
    world.clock.advance(Duration.ofSeconds(5));
    table.beforeNextWrite = () -> assertEquals(1, answered(host, ACME, 1));
    assertEquals(1, answered(host, ACME, 1));
    world.clock.advance(Duration.ofSeconds(5));
    assertEquals(1, answered(host, ACME, 1));
    assertEquals(new Budgets.State(18, 0, 0), world.state("calls", "calls"));
  }

  @Test
  void anOldTrancheIsNotSpentFromThoughACallStillHoldsIt() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100_000, true));
    for (int second = 0; second < 32; second++) {
      for (int i = 0; i < Purse.BUSY_CALLS; i++) {
        host.admit(ACME, () -> ONE_CALL).nothing();
      }
      if (second == 1) {
        host.admit(ACME, () -> ONE_CALL); // never ends
      }
      world.clock.advance(Duration.ofSeconds(1));
    }
    long tranche = 100;
    assertEquals(2 * tranche, world.state("calls", "calls").reserved());
  }

  @Test
  void aTrancheOfLastMonthPaysForNoCallOfThis() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100_000, true));
    world.clock.set(Instant.parse("2026-11-30T23:59:59Z"));
    assertEquals(50, answered(host, ACME, 50)); // busy: calls share tranches
    world.clock.advance(Duration.ofSeconds(1));
    assertEquals(50, answered(host, ACME, 50));
    world.clock.advance(Duration.ofSeconds(10));
    assertEquals(1, answered(host, ACME, 1));
    assertEquals(new Budgets.State(51, 0, 0), world.state("calls", "calls"));
  }

  @Test
  void aBudgetThatWasLoweredIsNotSpentFromATrancheOfTheOldOne() {
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 100_000, true));
    assertEquals(50, answered(host, ACME, 50));
    world.limits.put(new Limit.Budget("calls", "vendor", "calls", 50, true));
    for (int i = 0; i < 11; i++) { // the host stays busy
      world.clock.advance(Duration.ofSeconds(1));
      answered(host, ACME, 10);
    }
    assertEquals(0, answered(host, ACME, 10));
  }
}
