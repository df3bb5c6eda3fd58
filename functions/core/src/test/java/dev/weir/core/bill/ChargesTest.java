package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.monthly;
import static dev.weir.core.bill.MoneyWorld.perCall;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What agreements are charged beside the price of units, through the whole money path. */
class ChargesTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Credits credits = new Credits(world.ports, world.terms);
  private final Codes codes = new Codes(world.ports, world.terms);

  @Test
  void factorsCodesSponsorsAndCreditAreAppliedInThatOrderAndShown() {
    world.plan("p", perCall(100), new Charge.CreditPack("small", 900, 1000, 30));
    new Editions(world.ports)
        .put(
            new PriceBook(
                SOCIAL,
                1,
                world.clock.instant().minus(Duration.ofMinutes(20)),
                List.of(
                    new PriceBook.Factor("group", 800_000, Optional.empty()),
                    new PriceBook.Factor("model", 1_500_000, Optional.of("calls")))));
    new Sponsorships(world.ports)
        .put(
            new Sponsorship(
                "free", SOCIAL, "acme", 500, 10_000, "CNY", Instant.EPOCH, Optional.empty()));
    codes.put(CodesTest.code("TENOFF", new Code.Percent(100_000), Optional.empty()));
    Agreement agreement = world.open("p");
    codes.redeem(agreement.id(), "tenoff");
    credits.buy(agreement.id(), "small");
    world.calls(agreement, SOCIAL, 1, 10);
    world.sealHour();

    Line line =
        books.lines(agreement).stream()
            .filter(l -> l.kind() == Line.Kind.USAGE)
            .findFirst()
            .orElseThrow();
    // 10 × 100 = 1000; × 0.8 = 800; × 1.5 = 1200; 10 % off: 1080; acme pays 500; credit 580.
    assertEquals(
        List.of(-200L, 400L, -120L, -500L, -580L),
        line.parts().stream().map(Part::micros).toList());
    assertEquals(new Part.Sponsored("free", "acme", -500), line.parts().get(3));
    assertEquals(0, line.amountMicros());
    assertEquals(1080, line.revenueMicros());
    assertEquals(420, credits.packs(agreement.id()).getFirst().leftMicros());
    assertEquals(-420, books.balance(Transaction.Account.PREPAID));
    assertEquals(500, books.balance(Transaction.Account.SPONSOR_RECEIVABLE));
    assertEquals(900, books.balance(Transaction.Account.RECEIVABLE));
    assertEquals(100, books.balance(Transaction.Account.PROMOTION));
    assertEquals(-1080, books.balance(Transaction.Account.REVENUE));
    books.assertAddsUp(agreement);

    world.calls(agreement, SOCIAL, 11, 20);
    world.sealHour();
    assertEquals(900 + 1080 - 420, books.owed(agreement));
    books.assertAddsUp(agreement);
  }

  @Test
  void aSponsorsBudgetIsSharedByAllAgreementsAndNeverExceeded() {
    world.plan("p", perCall(100));
    Sponsorship sponsorship =
        new Sponsorship(
            "free", SOCIAL, Sponsorship.VENDOR, 700, 1000, "CNY", Instant.EPOCH, Optional.empty());
    new Sponsorships(world.ports).put(sponsorship);
    Agreement one = world.agreement(SOCIAL, "one", "p", "CNY");
    Agreement two = world.agreement(SOCIAL, "two", "p", "CNY");
    world.calls(one, SOCIAL, 1, 10);
    world.calls(two, SOCIAL, 11, 20);
    world.sealHour();
    assertEquals(1000, books.owed(one) + books.owed(two), "2000 used, 1000 sponsored");
    assertEquals(1000, books.balance(Transaction.Account.PROMOTION));
    assertEquals(1000, new Sponsorships(world.ports).spent(sponsorship, YearMonth.of(2026, 11)));
    world.calls(one, SOCIAL, 21, 30);
    world.sealHour();
    assertEquals(2000, books.owed(one) + books.owed(two));
    books.assertAddsUp(one);
    books.assertAddsUp(two);
  }

  @Test
  void aTrialIsFreeAndSubscriptionsAndLicencesBeginAfterIt() {
    world.plan(
        "t", monthly(3_000_000), perCall(10), new Charge.Trial(7), new Charge.OneTime("setup", 70));
    Agreement agreement = world.open("t");
    world.calls(agreement, SOCIAL, 1, 5);
    world.sealHour();
    assertEquals(0, books.owed(agreement));
    Line line = books.lines(agreement).getFirst();
    assertEquals(5, line.included());
    assertEquals(List.of(new Part.Trial(MoneyWorld.START.plus(Duration.ofDays(7)))), line.parts());
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(8)));
    world.calls(agreement, SOCIAL, 6, 10);
    world.sealHour();
    world.sealHour();
    assertEquals(3_000_000 + 50 + 70, books.owed(agreement));
    books.assertAddsUp(agreement);
  }

  @Test
  void whatIsMissingToACommitmentIsChargedWhenTheMonthIsOverByTheSecondsInForce() {
    world.plan("c", perCall(10), new Charge.Commitment(30_000_000));
    Agreement agreement = world.open("c");
    world.calls(agreement, SOCIAL, 1, 5);
    world.sealHour();
    assertEquals(50, books.owed(agreement));
    world.toNextMonth();
    world.sealHour();
    world.tick();
    long seconds =
        Duration.between(MoneyWorld.START, Instant.parse("2026-12-01T00:00:00Z")).toSeconds();
    long committed = Math.round(30_000_000.0 * seconds / (30 * 86_400));
    assertEquals(committed, books.owed(agreement));
    Line up =
        books.lines(agreement).stream()
            .filter(l -> l.kind() == Line.Kind.TRUE_UP)
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(new Part.TrueUp(committed, 50, committed - 50)), up.parts());
    assertEquals(YearMonth.of(2026, 11), up.month());
    books.assertAddsUp(agreement);
  }

  @Test
  void creditThatExpiresIsEarnedOnceAndPaysForNothingAfterwards() {
    world.plan("p", perCall(100), new Charge.CreditPack("day", 1000, 1000, 1));
    Agreement agreement = world.open("p");
    credits.buy(agreement.id(), "day");
    world.calls(agreement, SOCIAL, 1, 3);
    world.sealHour();
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(2)));
    world.calls(agreement, SOCIAL, 4, 5);
    world.sealHour();
    world.sealHour();
    assertEquals(1200, books.owed(agreement));
    assertEquals(0, books.balance(Transaction.Account.PREPAID));
    assertEquals(-700, books.balance(Transaction.Account.BREAKAGE));
    assertTrue(credits.packs(agreement.id()).isEmpty());
    books.assertAddsUp(agreement);
  }

  @Test
  void jointProductsEarnTheirMakersALegEachAndSharesAndHouseAreTheWhole() {
    world.catalog.put(new Product("bot", "Bot", "bot"));
    new Editions(world.ports)
        .put(
            new JointProduct(
                "bot",
                1,
                MoneyWorld.HOUR,
                List.of(
                    new JointProduct.Beneficiary("press", "data", 1111),
                    new JointProduct.Beneficiary("lab", "adapter", 2222))));
    world.plan("p", perCall(100));
    Agreement agreement = world.agreement(PARTNER, "customer", "p", "CNY");
    world.calls(agreement, PARTNER, 1, 10);
    world.sealHour();
    Line line = books.lines(agreement).getFirst();
    // 1000: the partner 333.3, press 111.1, lab 222.2, the house 333.4, which has the remainder.
    assertEquals(333, line.shareMicros());
    assertEquals(
        List.of(
            new Line.JointShare("press", "data", 1111, 111),
            new Line.JointShare("lab", "adapter", 2222, 222)),
        line.joint());
    assertEquals(333, books.balance(Transaction.Account.JOINT_SHARE));
    assertEquals(-333, books.balance(Transaction.Account.JOINT_PAYABLE));
    assertEquals(334, new Profit(world.ports).perChannel(Optional.empty()).get(0).marginMicros());
    books.assertAddsUp(agreement);
  }

  @Test
  void aMilestoneIsChargedOnceWhenItIsAcceptedAndNotBefore() {
    world.plan("p", perCall(1));
    Agreement agreement = world.open("p");
    Projects projects = new Projects(world.ports, world.terms);
    projects.agree(
        "bot-2",
        agreement.id(),
        "Own bot",
        "CNY",
        List.of(new Projects.Agreed("m1", "Prototype", 5000), new Projects.Agreed("m2", "Go", 9)));
    String early =
        assertThrows(ProblemException.class, () -> projects.accept("bot-2", "m1")).getMessage();
    assertContains(early, "milestone m1 of project bot-2 is AGREED, not DELIVERED");
    projects.deliver("bot-2", "m1");
    projects.sendBack("bot-2", "m1", "it does not answer");
    assertEquals(0, books.owed(agreement));
    projects.deliver("bot-2", "m1");
    projects.accept("bot-2", "m1");
    assertThrows(ProblemException.class, () -> projects.accept("bot-2", "m1"));
    assertEquals(5000, books.owed(agreement));
    assertEquals(
        List.of(new Part.Fixed("Own bot: Prototype", 5000)),
        books.lines(agreement).getFirst().parts());
    assertThrows(
        ProblemException.class, () -> projects.agree("x", agreement.id(), "X", "USD", List.of()));
    books.assertAddsUp(agreement);
  }

  @Test
  void useBeforeThePinnedVersionIsInForceIsAnIncidentAndNotAPrice() {
    world.catalog.put(new Plan("soon", "bot", "Soon", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "soon", 1, MoneyWorld.START.plus(Duration.ofDays(9)), List.of(perCall(1))));
    Agreement agreement = world.open("soon");
    world.calls(agreement, SOCIAL, 1, 3);
    world.sealHour();
    assertTrue(books.lines(agreement).isEmpty());
    assertTrue(
        world.incidents().stream()
            .anyMatch(i -> i.detail().contains("price version 1 of plan soon begins at")));
  }
}
