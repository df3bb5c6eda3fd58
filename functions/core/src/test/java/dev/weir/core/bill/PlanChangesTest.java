package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.monthly;
import static dev.weir.core.bill.MoneyWorld.perCall;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.ChangeAgreement;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an agreement is charged and given back when it moves, pauses or is cancelled. */
class PlanChangesTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final ChangePlan changes = new ChangePlan(world.ports, world.terms);

  @Test
  void anUpgradeGivesBackTheRestAndChargesTheRestByTheSecond() {
    world.plan("small", monthly(3_000_000), perCall(10));
    world.plan("large", monthly(9_000_000), perCall(1));
    Agreement agreement = world.open("small");
    world.sealHour();
    assertEquals(3_000_000, books.owed(agreement));
    world.calls(agreement, SOCIAL, 1, 5);
    // A month from 10 November has 30 days; 15 of them are left.
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(15)));
    ChangePlan.Wish wish = new ChangePlan.Move("large", Optional.empty());
    ChangePlan.When now = new ChangePlan.At(world.clock.instant());
    ChangePlan.Preview preview = changes.preview(agreement.id(), wish, now);
    assertEquals(3_000_000, preview.totalMicros());
    assertEquals(
        List.of(-1_500_000L, 4_500_000L), preview.spans().stream().map(Part.Span::micros).toList());
    changes.change(agreement.id(), wish, now);
    world.sealHour();
    world.calls(agreement, SOCIAL, 6, 10);
    world.sealHour();
    world.tick();

    List<Line> flats =
        books.lines(agreement).stream().filter(l -> l.kind() == Line.Kind.FLAT).toList();
    assertEquals(
        List.of(-1_500_000L, 3_000_000L, 4_500_000L),
        flats.stream().map(Line::amountMicros).sorted().toList());
    Part.Span back =
        flats.stream()
            .filter(l -> l.amountMicros() < 0)
            .map(l -> (Part.Span) l.parts().getFirst())
            .findFirst()
            .orElseThrow();
    assertEquals(15 * 86_400, back.seconds());
    assertEquals(30 * 86_400, back.ofSeconds());
    assertEquals(6_000_000 + 5 * 10 + 5, books.owed(agreement));
    books.assertAddsUp(agreement);
  }

  @Test
  void aPauseCostsNothingAndACancelledPeriodIsGivenBack() {
    world.plan("small", monthly(3_000_000));
    Agreement agreement = world.open("small");
    world.sealHour();
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(10)));
    changes.change(agreement.id(), new ChangePlan.Pause(), at(world.clock.instant()));
    world.sealHour();
    assertEquals(1_000_000, books.owed(agreement));
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(20)));
    changes.change(agreement.id(), new ChangePlan.Resume(), at(world.clock.instant()));
    world.sealHour();
    assertEquals(2_000_000, books.owed(agreement));
    changes.change(
        agreement.id(), new ChangePlan.Cancel(), at(MoneyWorld.START.plus(Duration.ofDays(25))));
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(40)));
    new ChangeAgreement(world.ports).applyDue();
    world.tick();
    assertEquals(1_500_000, books.owed(agreement));
    assertTrue(world.accounts.agreement(agreement.id()).orElseThrow().ended());
    books.assertAddsUp(agreement);
  }

  private static ChangePlan.When at(Instant moment) {
    return new ChangePlan.At(moment);
  }

  @Test
  void cancelledAtTheEndOfThePeriodNothingIsGivenBackAndNothingChargedAgain() {
    world.plan("small", monthly(3_000_000));
    Agreement agreement = world.open("small");
    world.sealHour();
    changes.change(agreement.id(), new ChangePlan.Cancel(), new ChangePlan.PeriodEnd());
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(70)));
    new ChangeAgreement(world.ports).applyDue();
    world.tick();
    assertEquals(3_000_000, books.owed(agreement));
    assertEquals(
        Optional.of(Instant.parse("2026-12-10T10:20:00Z")),
        world.accounts.agreement(agreement.id()).orElseThrow().endedAt());
  }

  @Test
  void changesThatBreakARuleAreRefused() {
    world.plan("p", perCall(1));
    world.catalog.put(new Plan("usd", "bot", "Dollars", "USD"));
    world.catalog.put(new Product("other", "Other", "other"));
    world.catalog.put(new Plan("foreign", "other", "Foreign", "CNY"));
    world.catalog.put(new Plan("bare", "bot", "Bare", "CNY"));
    world.catalog.put(new Plan("soon", "bot", "Soon", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "soon", 1, MoneyWorld.START.plus(Duration.ofDays(9)), List.of(perCall(1))));
    Agreement agreement = world.open("p");
    notMoved("plan usd is in USD", agreement, "usd", Optional.empty());
    notMoved("plan foreign is of product other", agreement, "foreign", Optional.empty());
    notMoved("plan bare has no price in force", agreement, "bare", Optional.empty());
    notMoved("plan soon has no price in force", agreement, "soon", Optional.empty());
    notMoved("price version 1 of plan soon begins at", agreement, "soon", Optional.of(1));
    notMoved("no price version 7 of plan p", agreement, "p", Optional.of(7));
    notMoved("no plan nothing", agreement, "nothing", Optional.empty());
    String notPaused =
        assertThrows(
                ProblemException.class,
                () -> changes.change(agreement.id(), new ChangePlan.Resume(), at(MoneyWorld.START)))
            .getMessage();
    assertContains(notPaused, "is ACTIVE, not PAUSED");
  }

  private void notMoved(String why, Agreement agreement, String plan, Optional<Integer> version) {
    ChangePlan.Move move = new ChangePlan.Move(plan, version);
    assertContains(
        assertThrows(
                ProblemException.class,
                () -> changes.change(agreement.id(), move, at(world.clock.instant())))
            .getMessage(),
        why);
  }
}
