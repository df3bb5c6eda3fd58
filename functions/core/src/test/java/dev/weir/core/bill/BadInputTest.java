package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.FactCheck;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.ReplayRefused;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What must not be counted or billed as it comes: each time the message quotes what is wrong, the
 * rest goes on, and a command counts what was kept aside. Journals: {@code JournalTest}.
 */
class BadInputTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Agreement agreement = world.agreement(SOCIAL, "tenant");

  private void use(String meter, long quantity, Instant at, String call) {
    Usage usage = new Usage(agreement.id(), SOCIAL, meter, quantity, at, call);
    assertTrue(
        world
            .ports
            .table()
            .commit(new Facts(world.ports).writes(UsageFact.ofCall(usage)))
            .applied());
  }

  private Incident open(Incident.Kind kind) {
    return world.incidents().stream()
        .filter(i -> i.kind() == kind && i.resolvedAt().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static String refusal(Runnable bad) {
    return assertThrows(RuntimeException.class, bad::run).getMessage();
  }

  @Test
  void aNegativeQuantityIsNoFactAndAZeroChangesNothing() {
    UsageFact fact = UsageFact.ofCall(new Usage(agreement.id(), SOCIAL, "calls", 1, HOUR, "call"));
    String wire = Json.write(fact).replace("\"quantity\":1", "\"quantity\":-1");
    assertContains(
        refusal(() -> Json.parse(wire, UsageFact.class)), "quantity -1 not in 0..1000000000000");
    Usage zero = new Usage(agreement.id(), SOCIAL, "calls", 0, HOUR, "call");
    assertTrue(new Facts(world.ports).writes(UsageFact.ofCall(zero)).isEmpty());
    world.sealHour();

    assertTrue(world.lines(agreement).isEmpty());
  }

  @Test
  void aPriceThatOverflowsIsAnIncidentWhileOthersAreBilledAndIsRatedWhenItIsGone() {
    world.catalog.put(new Plan("dear", "bot", "Dear", "CNY"));
    long most = 1_000_000_000_000_000L;
    world.catalog.put(
        new PriceVersion(
            "dear", 1, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 0, most, 1))));
    Agreement dear = world.agreement(SOCIAL, "dear", "dear", "CNY");
    world.use(dear, SOCIAL, "calls", Usage.QUANTITY_MAX, "whale");
    use("calls", 3, world.clock.instant(), "call");
    world.sealHour();

    assertContains(open(Incident.Kind.UNRATED_HOUR).detail(), "agreement " + dear.id());
    assertTrue(world.lines(dear).isEmpty());
    assertEquals(3, world.billed(agreement));
    assertContains(
        refusal(() -> new Usage("a", SOCIAL, "calls", Usage.QUANTITY_MAX + 1, HOUR, "c")),
        "quantity 1000000000001 not in 0..1000000000000");
  }

  @Test
  void anUnknownMeterIsKeptAsideAndCountedWhenItIsKnown() {
    use("seats", 4, world.clock.instant(), "call");
    world.tick();
    Incident refused = open(Incident.Kind.REFUSED_FACTS);
    assertContains(refused.detail(), "1 facts refused", "of unknown meter seats");

    world.catalog.put(new Meter("seats", "seat", 0));
    new ReplayRefused(world.ports).run(refused.id());
    world.sealHour();
    assertEquals(4, world.billed(agreement));
  }

  @Test
  void aClockInTheFutureIsKeptAsideAndCountedWhenItsTimeHasCome() {
    Instant ahead = world.clock.instant().plus(FactCheck.AHEAD_MAX).plusSeconds(60);
    use("calls", 2, ahead, "call");
    world.tick();
    Incident refused = open(Incident.Kind.REFUSED_FACTS);
    assertContains(refused.detail(), "is from " + ahead);

    world.clock.set(ahead);
    new ReplayRefused(world.ports).run(refused.id());
    world.sealHour();
    assertEquals(2, world.billed(agreement));
    assertTrue(world.incidents().stream().allMatch(i -> i.resolvedAt().isPresent()));
  }

  @Test
  void whatIsDoneForAnAgreementAfterItsEndIsKeptAsideAndItsLastAnswersAreNot() {
    Instant end = world.clock.instant();
    world.accounts.end(agreement.id(), end);
    world.clock.advance(Duration.ofMinutes(12));
    use("calls", 1, end.minusSeconds(30), "before");
    use("calls", 2, end.plus(FactCheck.AFTER_END_MAX), "last answer");
    use("calls", 4, end.plus(FactCheck.AFTER_END_MAX).plusMillis(1), "after");
    world.tick();
    Incident refused = open(Incident.Kind.REFUSED_FACTS);
    assertContains(
        refused.detail(),
        "1 facts refused",
        "agreement %s ended at %s".formatted(agreement.id(), end));
    world.sealHour();

    assertEquals(3, world.billed(agreement));
    new ReplayRefused(world.ports).run(refused.id()); // it has still ended: kept aside again
    assertContains(open(Incident.Kind.REFUSED_FACTS).detail(), "1 facts refused");
  }

  @Test
  void aReportAfterTheWindowIsAnIncidentAndGoesWithTheNextReportByCommandOnce() {
    Agreement market = world.agreement(MARKET, "licence");
    world.calls(market, MARKET, 1, 7);
    world.sealHour();
    world.clock.advance(Duration.ofHours(30));
    world.tick();
    Incident expired = open(Incident.Kind.EXPIRED_REPORT);
    assertContains(expired.detail(), "7 of meter calls for " + HOUR, "were not accepted before");
    var _ = world.reported(MARKET);

    ReplayReport replay = new ReplayReport(world.ports, world.terms);
    replay.run(expired.id());
    assertContains(refusal(() -> replay.run(expired.id())), "was resolved at");
    world.calls(market, MARKET, 8, 9);
    world.sealHour();

    Map<String, Long> sent = new TreeMap<>();
    for (ReportTask.Line line : world.reportedLines(MARKET)) {
      sent.put(line.id(), line.quantity());
      new Acknowledge(world.ports).apply(MARKET, List.of(new LineAck.Accepted(line.id(), "r")));
    }
    assertEquals(List.of(9L), List.copyOf(sent.values()));
    assertEquals(
        9,
        new Reports(world.ports, world.terms)
            .done(MARKET).stream()
                .filter(line -> line.state().accepted())
                .mapToLong(ReportLine::quantity)
                .sum());
  }

  @Test
  void onlyWhatNoMarketTookCanBeReportedAgain() {
    Agreement market = world.agreement(MARKET, "licence");
    world.calls(market, MARKET, 1, 7);
    world.sealHour();
    String lineId = world.reportedLines(MARKET).getFirst().id();
    Incidents incidents = new Incidents(world.ports);
    var _ =
        world
            .ports
            .table()
            .commit(List.of(incidents.write(Incident.Kind.REJECTED_REPORT, lineId, "seeded")));
    ReplayReport replay = new ReplayReport(world.ports, world.terms);
    String id = open(Incident.Kind.REJECTED_REPORT).id();
    assertContains(refusal(() -> replay.run(id)), "is SENT with 7: nothing is left");
    new Acknowledge(world.ports).apply(MARKET, List.of(new LineAck.Accepted(lineId, "r")));
    assertContains(refusal(() -> replay.run(id)), "is ACCEPTED with 7: nothing is left");

    ProblemException none = assertThrows(ProblemException.class, () -> replay.run("none"));
    assertContains(none.getMessage(), "no incident none");
  }
}
