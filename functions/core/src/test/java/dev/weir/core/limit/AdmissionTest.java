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
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.meter.Budgets;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  private final LimitWorld world = new LimitWorld();

  @Test
  void whereThereAreNoLimitsACallTouchesNoTable() {
    world.limits.put(new Limit.Rate("other", "customer:somebody-else", "calls", 1));
    Admission host = world.host();
    assertEquals(1, answered(host, ACME, 1));
    long before = world.table.accesses().get();
    assertEquals(1000, answered(host, ACME, 1000));
    assertEquals(before, world.table.accesses().get());

    world.clock.advance(Rules.AGE_MAX);
    assertEquals(1000, answered(host, ACME, 1000));
    assertEquals(before + 1, world.table.accesses().get()); // one look whether there are new ones
  }

  @Test
  void aNewLimitHoldsTenSecondsLaterAndARemovedOneNoMore() {
    Admission host = world.host();
    assertEquals(5, answered(host, ACME, 5));
    world.limits.put(new Limit.Budget("none", "vendor", "calls", 0, true));
    world.clock.advance(Rules.AGE_MAX);
    assertEquals(0, answered(host, ACME, 5));
    assertTrue(world.limits.remove("none"));
    world.clock.advance(Rules.AGE_MAX);
    assertEquals(5, answered(host, ACME, 5));
  }

  @Test
  void callsAboveTheRateAreRefusedAndToldWhenToComeBack() {
    world.limits.put(new Limit.Rate("slow", "customer:acme", "calls", 60));
    Admission host = world.host();
    assertEquals(60, answered(host, ACME, 100));
    Problem refused = call(host, ACME, ONE_CALL).orElseThrow();
    assertEquals(429, refused.status());
    assertEquals(Optional.of(1L), refused.retryAfterSeconds());
    assertEquals("limit slow: 60 of calls a minute on customer:acme", refused.detail());
    assertEquals(10, answered(host, LimitWorld.who("other", "k9"), 10));

    world.clock.advance(Duration.ofSeconds(1));
    assertEquals(1, answered(host, ACME, 10));
    world.clock.advance(Duration.ofMinutes(10));
    assertEquals(60, answered(host, ACME, 100)); // no more than a minute's worth is saved up
    world.clock.advance(Duration.ofMinutes(1));
    assertEquals(1, answered(host, ACME, 1));
    world.clock.advance(Duration.ofMinutes(1));
    assertEquals(60, answered(host, ACME, 200)); // a full bucket does not grow
  }

  @Test
  void hostsShareOneRate() {
    world.limits.put(new Limit.Rate("slow", "key:k1", "calls", 600));
    List<Admission> hosts = List.of(world.host(), world.host(), world.host());
    int answered = 0;
    for (int i = 0; i < 900; i++) {
      answered += answered(hosts.get(i % 3), ACME, 1);
    }
    assertTrue(answered <= 600 && answered > 600 - 3 * 10, "answered " + answered);
  }

  @Test
  void unitsThatACallUsedBeyondTheRateAreWaitedFor() {
    world.limits.put(new Limit.Rate("tokens", "channel:direct", "output_tokens", 60));
    Admission host = world.host();
    assertEquals(Optional.empty(), call(host, ACME, Map.of("output_tokens", 90L)));
    Problem refused = call(host, ACME, Map.of("output_tokens", 1L)).orElseThrow();
    assertEquals(429, refused.status());
    world.clock.advance(Duration.ofSeconds(30));
    assertTrue(call(host, ACME, Map.of("output_tokens", 1L)).isPresent());
    world.clock.advance(Duration.ofSeconds(2));
    assertEquals(Optional.empty(), call(host, ACME, Map.of("output_tokens", 1L)));
  }

  @Test
  void aQuotaIsRefusedByNameUntilTheMonthIsOver() {
    world.limits.put(new Limit.Budget("month", "customer:acme", "calls", 25, true));
    Admission host = world.host();
    assertEquals(25, answered(host, ACME, 40));
    Problem refused = call(host, ACME, ONE_CALL).orElseThrow();
    assertEquals(402, refused.status());
    assertEquals("/problems/quota-exhausted", refused.type());
    assertEquals(
        "limit month: 0 of the month's 25 calls left on customer:acme, this call may need 1",
        refused.detail());
    assertEquals(
        Optional.of(Duration.between(world.clock.instant(), at("2026-12-01")).toSeconds()),
        refused.retryAfterSeconds());

    world.clock.set(at("2026-12-01"));
    assertEquals(25, answered(host, ACME, 40));
  }

  private static Instant at(String day) {
    return Instant.parse(day + "T00:00:00Z");
  }

  @Test
  void theTightestOfManyIsNamedAndWhatTheOthersGaveComesBack() {
    world.limits.put(new Limit.Budget("of-key", "key:k1", "calls", 3, true));
    world.limits.put(new Limit.Budget("of-customer", "customer:acme", "calls", 5, true));
    world.limits.put(new Limit.Budget("of-channel", "channel:direct", "calls", 100, true));
    world.limits.put(new Limit.Rate("of-vendor", "vendor", "calls", 6));
    Admission host = world.host();
    assertEquals(3, answered(host, ACME, 3));
    assertNamed("of-key", call(host, ACME, ONE_CALL));
    Who other = LimitWorld.who("acme", "k2");
    assertEquals(2, answered(host, other, 2));
    assertNamed("of-customer", call(host, other, ONE_CALL));
    Who third = LimitWorld.who("third", "k3");
    assertEquals(1, answered(host, third, 5)); // the refused calls above took no rate
    assertNamed("of-vendor", call(host, third, ONE_CALL));
    world.clock.advance(Duration.ofMinutes(1));
    assertEquals(1, answered(host, third, 1));
    assertEquals(7, world.state("of-channel", "calls").spent());
    assertEquals(0, world.state("of-channel", "calls").reserved());
  }

  @Test
  void ofTwoThatRefuseAtOnceTheOneWithTheLongestWaitIsNamedThenTheOneWithTheLeastLeft() {
    world.limits.put(new Limit.Budget("quota", "customer:acme", "calls", 4, true));
    world.limits.put(new Limit.Rate("rate", "vendor", "calls", 4));
    Admission host = world.host();
    assertEquals(4, answered(host, ACME, 4));
    assertNamed("quota", call(host, ACME, ONE_CALL)); // until the month's end, not 15 s
    world.limits.put(new Limit.Budget("quota", "customer:acme", "calls", 1_000, true));
    world.clock.advance(Duration.ofSeconds(10)); // the change is known, the rate is still spent
    assertNamed("rate", call(host, ACME, ONE_CALL));

    world.limits.put(new Limit.Budget("much", "customer:acme", "input_tokens", 90, true));
    world.limits.put(new Limit.Budget("little", "vendor", "output_tokens", 20, true));
    world.clock.advance(Duration.ofMinutes(1));
    Map<String, Long> tooMuch = Map.of("calls", 1L, "input_tokens", 91L, "output_tokens", 21L);
    assertNamed("little", call(host, ACME, tooMuch));
    assertEquals(new Budgets.State(4, 0, 0), world.state("quota", "calls"));
    assertEquals(new Budgets.State(0, 0, 0), world.state("much", "input_tokens"));
  }

  private static void assertNamed(String limitId, Optional<Problem> refused) {
    assertTrue(
        refused.orElseThrow().detail().startsWith("limit " + limitId + ":"), refused::toString);
  }

  @Test
  void aSoftBudgetStopsNobodyAndEachAlertIsGivenOnce() {
    world.limits.put(new Limit.Budget("soft", "vendor", "calls", 10, false));
    Alerts alerts = new Alerts(world.ports);
    List<Admission> hosts = List.of(world.host(), world.host());
    for (int i = 1; i <= 25; i++) {
      assertEquals(1, answered(hosts.get(i % 2), ACME, 1));
      world.clock.advance(Duration.ofSeconds(1));
      int said = (int) Alerts.PERCENT.stream().mapToInt(p -> p).filter(at(i)).count();
      assertEquals(said, alerts.list(NOVEMBER).size());
    }
    assertEquals(List.of(50, 80, 100), alerts.list(NOVEMBER).stream().map(Alert::percent).toList());
    assertEquals(List.of(5L, 8L, 10L), alerts.list(NOVEMBER).stream().map(Alert::spent).toList());
    assertEquals(List.of(), alerts.list(YearMonth.of(2026, 12)));
    assertEquals(new Budgets.State(25, 0, 0), world.state("soft", "calls"));
  }

  private static java.util.function.IntPredicate at(int spentOfTen) {
    return percent -> spentOfTen * 10 >= percent;
  }

  @Test
  void moneyIsCountedAtThePlansDearestTierByTheCallsUnits() {
    Catalog catalog = new Catalog(world.ports);
    catalog.put(new Product("care", "Care", "desk"));
    catalog.put(new Plan("standard", "care", "Standard", "USD"));
    catalog.put(
        new PriceVersion(
            "standard",
            1,
            at("2026-11-01"),
            List.of(
                new Charge.Flat(900_000_000, Charge.Period.MONTH),
                new Charge.PerUnit("calls", 100, 2_000_000, 1))));
    world.limits.put(new Limit.Budget("usd", "customer:acme", "USD", 9_000_000, true));
    world.limits.put(new Limit.Budget("cny", "customer:acme", "CNY", 0, true));
    Admission host = world.host();
    assertEquals(4, answered(host, ACME, 10));
    Problem refused = call(host, ACME, ONE_CALL).orElseThrow();
    assertEquals("/problems/budget-exhausted", refused.type());
    assertEquals(
        "limit usd: 0.01 USD of the month's 0.09 USD left on customer:acme,"
            + " this call may need 0.02 USD",
        refused.detail());
    assertEquals(new Budgets.State(8_000_000, 0, 0), world.state("usd", "USD"));
  }

  @Test
  void callersAtTheSameTimeNeverSpendMoreThanAHardBudget() throws Exception {
    world.limits.put(new Limit.Budget("hard", "vendor", "calls", 500, true));
    List<Admission> hosts = List.of(world.host(), world.host());
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> callers =
          IntStream.range(0, 8)
              .<Callable<Integer>>mapToObj(i -> () -> answered(hosts.get(i % 2), ACME, 150))
              .toList();
      int answered = 0;
      for (Future<Integer> caller : threads.invokeAll(callers)) {
        answered += caller.get();
      }
      Budgets.State state = world.state("hard", "calls");
      assertTrue(answered <= 500 && answered > 480, "answered " + answered);
      assertTrue(answered <= state.bound() && state.bound() <= 500, state::toString);
    }
    world.clock.advance(Purse.LIFETIME);
    answered(hosts.get(0), ACME, 1);
    answered(hosts.get(1), ACME, 1);
    world.budgets.expire();
    assertEquals(new Budgets.State(500, 0, 0), world.state("hard", "calls"));
  }

  @Test
  void whatABusyProcessSharesIsSettledWhenItIsIdleOrEnds() {
    world.limits.put(new Limit.Budget("hard", "vendor", "calls", 5_000, true));
    Admission host = world.host();
    assertEquals(20, answered(host, ACME, 20));
    assertTrue(world.state("hard", "calls").reserved() > 0);
    host.settle(false);
    assertTrue(world.state("hard", "calls").reserved() > 0);
    world.clock.advance(Duration.ofSeconds(2));
    host.settle(false);
    assertEquals(new Budgets.State(20, 0, 0), world.state("hard", "calls"));

    assertEquals(20, answered(host, ACME, 20));
    host.settle(true);
    assertEquals(new Budgets.State(40, 0, 0), world.state("hard", "calls"));
  }

  @Test
  void whatIsNoLimitIsRefused() {
    assertInvalid(() -> new Limit.Rate("x", "planet:earth", "calls", 1));
    assertInvalid(() -> new Limit.Rate("X y", "vendor", "calls", 1));
    assertInvalid(() -> new Limit.Rate("x", "vendor", "USD", 1));
    assertInvalid(() -> new Limit.Budget("x", "vendor", "compute_us", 1, true));
    assertInvalid(() -> new Limit.Budget("x", "vendor", "calls", -1, true));
    world.limits.put(new Limit.Budget("x", "vendor", "calls", 1, true));
    world.limits.put(new Limit.Budget("x", "vendor", "calls", 2, false));
    ProblemException other =
        assertThrows(
            ProblemException.class,
            () -> world.limits.put(new Limit.Budget("x", "vendor", "USD", 2, false)));
    assertEquals(409, other.problem().status());
    for (int i = 1; i < Limits.ON_MAX; i++) {
      world.limits.put(new Limit.Rate("r" + i, "vendor", "calls", 1));
    }
    assertThrows(
        ProblemException.class, () -> world.limits.put(new Limit.Rate("r9", "vendor", "calls", 1)));
  }

  private static void assertInvalid(Runnable made) {
    assertEquals(422, assertThrows(ProblemException.class, made::run).problem().status());
  }
}
