package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.price;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.Incident;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RateHoursTest {

  private final MoneyWorld world = new MoneyWorld();

  @Test
  void sealedHoursAreRatedOnceByTheIncludedQuantityOfTheMonth() {
    Agreement agreement = world.agreement(SOCIAL, "tenant");
    world.calls(agreement, SOCIAL, 1, 8);
    world.sealHour();
    world.calls(agreement, SOCIAL, 9, 15);
    world.sealHour();
    world.tick();
    new RateHours(world.ports, world.terms).run();

    List<Line> lines = world.lines(agreement);
    assertEquals(List.of(8L, 2L), lines.stream().map(Line::included).toList());
    assertEquals(List.of(0L, 5L), lines.stream().map(Line::billed).toList());
    assertEquals(List.of(0L, 15L), lines.stream().map(Line::amountMicros).toList());
    assertEquals(HOUR, lines.getFirst().hour());
    assertEquals(new Ledger.Totals(15, 15, 1), new Ledger(world.ports).trialBalance());
  }

  @Test
  void aNewPriceVersionDoesNotTouchAnAgreementThatPinnedTheOldOne() {
    Agreement agreement = world.agreement(SOCIAL, "tenant");
    world.catalog.put(price(2, 1000));
    world.calls(agreement, SOCIAL, 1, 11);
    world.sealHour();

    assertEquals(3, world.lines(agreement).getFirst().amountMicros());
    assertEquals(1, world.lines(agreement).getFirst().priceVersion());
  }

  @Test
  void aMeterWithoutAChargeIsIncluded() {
    Agreement agreement = world.agreement(SOCIAL, "tenant");
    world.use(agreement, SOCIAL, "messages", 12, "call");
    world.sealHour();

    Line line = world.lines(agreement).getFirst();
    assertEquals(12, line.included());
    assertEquals(0, line.billed());
    assertEquals(0, line.amountMicros());
  }

  @Test
  void feesSharesAndComputeAreLegsAndTheMarginIsWhatIsLeft() {
    Agreement partner = world.agreement(PARTNER, "customer");
    Agreement market = world.agreement(MARKET, "licence");
    world.calls(partner, PARTNER, 1, 110);
    world.calls(market, MARKET, 1, 1010);
    world.use(market, MARKET, "compute_us", 1_500_000, "call");
    world.sealHour();

    List<Profit.OfChannel> profits = new Profit(world.ports).perChannel(Optional.empty());
    assertEquals(
        List.of(
            // 300 micros: 3333 of 10 000 are 99.99, rounded to 100; 3000: 3 % are 90; 1.5 s of 7
            new Profit.OfChannel(PARTNER, "CNY", 300, 0, 100, 0),
            new Profit.OfChannel(MARKET, "CNY", 3000, 90, 0, 11)),
        profits);
    assertEquals(2899, profits.get(1).marginMicros());
    Ledger.Totals totals = new Ledger(world.ports).trialBalance();
    assertEquals(totals.debitMicros(), totals.creditMicros());
    assertEquals(2, totals.transactions());
  }

  @Test
  void aFlatChargeComesOnceAMonthWithOrWithoutUse() {
    world.catalog.put(new Plan("flat", "bot", "Flat", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "flat", 1, Instant.EPOCH, List.of(new Charge.Flat(500, Charge.Period.MONTH))));
    Agreement agreement = world.agreement(SOCIAL, "tenant", "flat", "CNY");
    world.sealHour();
    world.sealHour();
    assertEquals(List.of(500L), world.lines(agreement).stream().map(Line::amountMicros).toList());

    world.toNextMonth();
    world.clock.set(Instant.parse("2026-12-12T12:10:00Z"));
    world.tick();
    assertEquals(1, world.lines(agreement).size());
    assertEquals(1000, new Ledger(world.ports).trialBalance().debitMicros());
  }

  @Test
  void anHourWithoutAPriceIsAnIncidentHoldsUpNothingAndIsRatedWhenItCanBe() {
    world.catalog.put(new Plan("bare", "bot", "Bare", "CNY"));
    Agreement bare = world.agreement(SOCIAL, "bare-tenant", "bare", "CNY");
    Agreement other = world.agreement(SOCIAL, "tenant");
    world.calls(bare, SOCIAL, 1, 4);
    world.calls(other, SOCIAL, 5, 8);
    world.sealHour();

    assertTrue(world.lines(bare).isEmpty());
    assertEquals(4, world.billed(other));
    Incident incident =
        world.incidents().stream()
            .filter(i -> i.subject().equals(lineId(bare)))
            .findFirst()
            .orElseThrow();
    assertEquals(Incident.Kind.UNRATED_HOUR, incident.kind());
    assertContains(incident.detail(), "no price version 1 of plan bare");

    world.catalog.put(
        new PriceVersion("bare", 1, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 0, 1, 1))));
    world.tick();
    assertEquals(4, world.billed(bare));
    world.tick();
    assertEquals(4, world.billed(bare));
  }

  private static String lineId(Agreement agreement) {
    return agreement.id() + ".2026111010";
  }

  @Test
  void anAgreementInAnotherCurrencyThanItsPlanIsNotBilled() {
    Agreement mixed = world.agreement(SOCIAL, "tenant", "plan", "USD");
    world.calls(mixed, SOCIAL, 1, 4);
    world.sealHour();

    assertTrue(world.lines(mixed).isEmpty());
    assertTrue(
        world.incidents().stream()
            .anyMatch(incident -> incident.detail().contains("is in USD, its plan plan in CNY")));
  }

  @Test
  void anAgreementThatNobodyKnowsIsAnIncident() {
    Agreement known = world.agreement(SOCIAL, "tenant");
    Agreement ghost =
        new Agreement(
            "ghost",
            "c",
            "bot",
            "plan",
            1,
            "CNY",
            Optional.empty(),
            SOCIAL,
            known.identities(),
            known.state(),
            known.startedAt(),
            Optional.empty());
    world.calls(ghost, SOCIAL, 1, 1);
    world.sealHour();

    assertTrue(
        world.incidents().stream().anyMatch(incident -> incident.detail().contains("ghost")));
  }

  @Test
  void aPlanWithoutAPriceInForceIsSaidByName() {
    ProblemException none =
        assertThrows(
            ProblemException.class, () -> world.catalog.priceAt("nothing", MoneyWorld.START));
    assertContains(none.getMessage(), "plan nothing has no price in force at 2026-11-10");
  }
}
