package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.ChangeAgreement;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What agreements are charged beside the price of units, through the whole money path. */
class ChargesTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Credits credits = new Credits(world.ports, world.terms);
  private final Codes codes = new Codes(world.ports, world.terms);
  private final ChangePlan changes = new ChangePlan(world.ports, world.terms);

  private void plan(String id, Charge... charges) {
    world.catalog.put(new Plan(id, "bot", id, "CNY"));
    int version = world.catalog.prices(id).size() + 1;
    world.catalog.put(new PriceVersion(id, version, Instant.EPOCH, List.of(charges)));
  }

  private Agreement open(String plan) {
    return world.agreement(SOCIAL, "tenant-" + plan, plan, "CNY");
  }

  private static Charge perCall(long micros) {
    return new Charge.PerUnit("calls", 0, micros, 1);
  }

  private static Charge monthly(long micros) {
    return new Charge.Flat(micros, Charge.Period.MONTH);
  }

  /** Every line is explained, debits equal credits, and so do the sums that statements show. */
  private void assertAddsUp(Agreement agreement) {
    Explain explain = new Explain(world.ports, world.terms);
    for (Line line : allLines(agreement)) {
      explain.line(line.id());
    }
    Ledger.Totals totals = new Ledger(world.ports).trialBalance();
    assertEquals(totals.debitMicros(), totals.creditMicros());
  }

  private List<Line> allLines(Agreement agreement) {
    List<Line> lines = new ArrayList<>();
    YearMonth month = Line.month(MoneyWorld.START);
    for (; !month.isAfter(Line.month(world.clock.instant())); month = month.plusMonths(1)) {
      lines.addAll(new Lines(world.ports).list(agreement.id(), month));
    }
    return lines;
  }

  private long owed(Agreement agreement) {
    return allLines(agreement).stream().mapToLong(Line::amountMicros).sum();
  }

  private long balance(Transaction.Account account) {
    return new Ledger(world.ports)
        .balances().stream()
            .filter(b -> b.account() == account)
            .mapToLong(b -> b.debitMicros() - b.creditMicros())
            .sum();
  }

  @Test
  void factorsCodesSponsorsAndCreditAreAppliedInThatOrderAndShown() {
    plan("p", perCall(100), new Charge.CreditPack("small", 900, 1000, 30));
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
    codes.put(code("TENOFF", new Code.Percent(100_000), Optional.empty()));
    Agreement agreement = open("p");
    codes.redeem(agreement.id(), "tenoff");
    credits.buy(agreement.id(), "small");
    world.calls(agreement, SOCIAL, 1, 10);
    world.sealHour();

    Line line =
        allLines(agreement).stream()
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
    assertEquals(-420, balance(Transaction.Account.PREPAID));
    assertEquals(500, balance(Transaction.Account.SPONSOR_RECEIVABLE));
    assertEquals(900, balance(Transaction.Account.RECEIVABLE));
    assertEquals(100, balance(Transaction.Account.PROMOTION));
    assertEquals(-1080, balance(Transaction.Account.REVENUE));
    assertAddsUp(agreement);

    world.calls(agreement, SOCIAL, 11, 20);
    world.sealHour();
    assertEquals(900 + 1080 - 420, owed(agreement));
    assertAddsUp(agreement);
  }

  private Code code(String name, Code.Benefit benefit, Optional<Integer> months) {
    return new Code(name, benefit, months, 1, Instant.EPOCH, Optional.empty(), List.of());
  }

  @Test
  void aSponsorsBudgetIsSharedByAllAgreementsAndNeverExceeded() {
    plan("p", perCall(100));
    Sponsorship sponsorship =
        new Sponsorship(
            "free", SOCIAL, Sponsorship.VENDOR, 700, 1000, "CNY", Instant.EPOCH, Optional.empty());
    new Sponsorships(world.ports).put(sponsorship);
    Agreement one = world.agreement(SOCIAL, "one", "p", "CNY");
    Agreement two = world.agreement(SOCIAL, "two", "p", "CNY");
    world.calls(one, SOCIAL, 1, 10);
    world.calls(two, SOCIAL, 11, 20);
    world.sealHour();
    assertEquals(1000, owed(one) + owed(two), "2000 used, 1000 sponsored");
    assertEquals(1000, balance(Transaction.Account.PROMOTION));
    assertEquals(1000, new Sponsorships(world.ports).spent(sponsorship, YearMonth.of(2026, 11)));
    world.calls(one, SOCIAL, 21, 30);
    world.sealHour();
    assertEquals(2000, owed(one) + owed(two));
    assertAddsUp(one);
    assertAddsUp(two);
  }

  @Test
  void anUpgradeGivesBackTheRestAndChargesTheRestByTheSecond() {
    plan("small", monthly(3_000_000), perCall(10));
    plan("large", monthly(9_000_000), perCall(1));
    Agreement agreement = open("small");
    world.sealHour();
    assertEquals(3_000_000, owed(agreement));
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
        allLines(agreement).stream().filter(l -> l.kind() == Line.Kind.FLAT).toList();
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
    assertEquals(6_000_000 + 5 * 10 + 5, owed(agreement));
    assertAddsUp(agreement);
  }

  @Test
  void aPauseCostsNothingAndACancelledPeriodIsGivenBack() {
    plan("small", monthly(3_000_000));
    Agreement agreement = open("small");
    world.sealHour();
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(10)));
    changes.change(agreement.id(), new ChangePlan.Pause(), at(world.clock.instant()));
    world.sealHour();
    assertEquals(1_000_000, owed(agreement));
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(20)));
    changes.change(agreement.id(), new ChangePlan.Resume(), at(world.clock.instant()));
    world.sealHour();
    assertEquals(2_000_000, owed(agreement));
    changes.change(
        agreement.id(), new ChangePlan.Cancel(), at(MoneyWorld.START.plus(Duration.ofDays(25))));
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(40)));
    new ChangeAgreement(world.ports).applyDue();
    world.tick();
    assertEquals(1_500_000, owed(agreement));
    assertTrue(world.accounts.agreement(agreement.id()).orElseThrow().ended());
    assertAddsUp(agreement);
  }

  private static ChangePlan.When at(Instant moment) {
    return new ChangePlan.At(moment);
  }

  @Test
  void cancelledAtTheEndOfThePeriodNothingIsGivenBackAndNothingChargedAgain() {
    plan("small", monthly(3_000_000));
    Agreement agreement = open("small");
    world.sealHour();
    changes.change(agreement.id(), new ChangePlan.Cancel(), new ChangePlan.PeriodEnd());
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(70)));
    new ChangeAgreement(world.ports).applyDue();
    world.tick();
    assertEquals(3_000_000, owed(agreement));
    assertEquals(
        Optional.of(Instant.parse("2026-12-10T10:20:00Z")),
        world.accounts.agreement(agreement.id()).orElseThrow().endedAt());
  }

  @Test
  void aTrialIsFreeAndSubscriptionsAndLicencesBeginAfterIt() {
    plan(
        "t", monthly(3_000_000), perCall(10), new Charge.Trial(7), new Charge.OneTime("setup", 70));
    Agreement agreement = open("t");
    world.calls(agreement, SOCIAL, 1, 5);
    world.sealHour();
    assertEquals(0, owed(agreement));
    Line line = allLines(agreement).getFirst();
    assertEquals(5, line.included());
    assertEquals(List.of(new Part.Trial(MoneyWorld.START.plus(Duration.ofDays(7)))), line.parts());
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(8)));
    world.calls(agreement, SOCIAL, 6, 10);
    world.sealHour();
    world.sealHour();
    assertEquals(3_000_000 + 50 + 70, owed(agreement));
    assertAddsUp(agreement);
  }

  @Test
  void whatIsMissingToACommitmentIsChargedWhenTheMonthIsOverByTheSecondsInForce() {
    plan("c", perCall(10), new Charge.Commitment(30_000_000));
    Agreement agreement = open("c");
    world.calls(agreement, SOCIAL, 1, 5);
    world.sealHour();
    assertEquals(50, owed(agreement));
    world.toNextMonth();
    world.sealHour();
    world.tick();
    long seconds =
        Duration.between(MoneyWorld.START, Instant.parse("2026-12-01T00:00:00Z")).toSeconds();
    long committed = Math.round(30_000_000.0 * seconds / (30 * 86_400));
    assertEquals(committed, owed(agreement));
    Line up =
        allLines(agreement).stream()
            .filter(l -> l.kind() == Line.Kind.TRUE_UP)
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(new Part.TrueUp(committed, 50, committed - 50)), up.parts());
    assertEquals(YearMonth.of(2026, 11), up.month());
    assertAddsUp(agreement);
  }

  @Test
  void creditThatExpiresIsEarnedOnceAndPaysForNothingAfterwards() {
    plan("p", perCall(100), new Charge.CreditPack("day", 1000, 1000, 1));
    Agreement agreement = open("p");
    credits.buy(agreement.id(), "day");
    world.calls(agreement, SOCIAL, 1, 3);
    world.sealHour();
    world.clock.set(MoneyWorld.START.plus(Duration.ofDays(2)));
    world.calls(agreement, SOCIAL, 4, 5);
    world.sealHour();
    world.sealHour();
    assertEquals(1200, owed(agreement));
    assertEquals(0, balance(Transaction.Account.PREPAID));
    assertEquals(-700, balance(Transaction.Account.BREAKAGE));
    assertTrue(credits.packs(agreement.id()).isEmpty());
    assertAddsUp(agreement);
  }

  @Test
  void codesAreRefusedWithTheRuleThatTheyBreak() {
    plan("p", perCall(100));
    Agreement agreement = open("p");
    codes.put(code("ONCE", new Code.Percent(500_000), Optional.of(1)));
    codes.put(code("DOLLARS", new Code.Amount(5, "USD"), Optional.of(1)));
    codes.put(
        new Code(
            "LATER",
            new Code.Percent(1),
            Optional.empty(),
            9,
            Instant.parse("2027-01-01T00:00:00Z"),
            Optional.empty(),
            List.of()));
    codes.put(
        new Code(
            "OTHERS",
            new Code.Percent(1),
            Optional.empty(),
            9,
            Instant.EPOCH,
            Optional.empty(),
            List.of("plan")));
    codes.redeem(agreement.id(), "ONCE");
    refused("redeemed code ONCE before", agreement, "ONCE");
    refused("code DOLLARS is in USD", agreement, "DOLLARS");
    refused("valid from 2027-01-01", agreement, "LATER");
    refused("is for plans [plan], not p", agreement, "OTHERS");
    refused("no code NEVER", agreement, "NEVER");
    Agreement second = world.agreement(SOCIAL, "second", "p", "CNY");
    refused("was redeemed 1 times", second, "ONCE");
    refused("billed by the market", world.agreement(MARKET, "licence"), "OTHERS");
  }

  private void refused(String why, Agreement agreement, String code) {
    assertContains(
        assertThrows(ProblemException.class, () -> codes.redeem(agreement.id(), code)).getMessage(),
        why);
  }

  @Test
  void aGiftIsCreditAndAnAmountIsTakenOffEachMonth() {
    plan("p", perCall(100));
    codes.put(code("GIFT", new Code.Credit(250, "CNY", 10), Optional.empty()));
    codes.put(code("LESS", new Code.Amount(300, "CNY"), Optional.of(2)));
    Agreement agreement = open("p");
    codes.redeem(agreement.id(), "GIFT");
    codes.redeem(agreement.id(), "LESS");
    world.calls(agreement, SOCIAL, 1, 10);
    world.sealHour();
    assertEquals(1000 - 300 - 250, owed(agreement));
    assertEquals(250, balance(Transaction.Account.PROMOTION));
    world.clock.set(Instant.parse("2026-12-05T10:10:00Z"));
    world.calls(agreement, SOCIAL, 11, 20);
    world.sealHour();
    world.clock.set(Instant.parse("2027-01-05T10:10:00Z"));
    world.calls(agreement, SOCIAL, 21, 30);
    world.sealHour();
    assertEquals(450 + 700 + 1000, owed(agreement));
    assertAddsUp(agreement);
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
    plan("p", perCall(100));
    Agreement agreement = world.agreement(PARTNER, "customer", "p", "CNY");
    world.calls(agreement, PARTNER, 1, 10);
    world.sealHour();
    Line line = allLines(agreement).getFirst();
    // 1000: the partner 333.3, press 111.1, lab 222.2, the house 333.4, which has the remainder.
    assertEquals(333, line.shareMicros());
    assertEquals(
        List.of(
            new Line.JointShare("press", "data", 1111, 111),
            new Line.JointShare("lab", "adapter", 2222, 222)),
        line.joint());
    assertEquals(333, balance(Transaction.Account.JOINT_SHARE));
    assertEquals(-333, balance(Transaction.Account.JOINT_PAYABLE));
    assertEquals(334, new Profit(world.ports).perChannel(Optional.empty()).get(0).marginMicros());
    assertAddsUp(agreement);
  }

  @Test
  void aMilestoneIsChargedOnceWhenItIsAcceptedAndNotBefore() {
    plan("p", perCall(1));
    Agreement agreement = open("p");
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
    assertEquals(0, owed(agreement));
    projects.deliver("bot-2", "m1");
    projects.accept("bot-2", "m1");
    assertThrows(ProblemException.class, () -> projects.accept("bot-2", "m1"));
    assertEquals(5000, owed(agreement));
    assertEquals(
        List.of(new Part.Fixed("Own bot: Prototype", 5000)),
        allLines(agreement).getFirst().parts());
    assertThrows(
        ProblemException.class, () -> projects.agree("x", agreement.id(), "X", "USD", List.of()));
    assertAddsUp(agreement);
  }

  @Test
  void changesThatBreakARuleAreRefused() {
    plan("p", perCall(1));
    world.catalog.put(new Plan("usd", "bot", "Dollars", "USD"));
    world.catalog.put(new Product("other", "Other", "other"));
    world.catalog.put(new Plan("foreign", "other", "Foreign", "CNY"));
    world.catalog.put(new Plan("bare", "bot", "Bare", "CNY"));
    world.catalog.put(new Plan("soon", "bot", "Soon", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "soon", 1, MoneyWorld.START.plus(Duration.ofDays(9)), List.of(perCall(1))));
    Agreement agreement = open("p");
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

  @Test
  void useBeforeThePinnedVersionIsInForceIsAnIncidentAndNotAPrice() {
    world.catalog.put(new Plan("soon", "bot", "Soon", "CNY"));
    world.catalog.put(
        new PriceVersion(
            "soon", 1, MoneyWorld.START.plus(Duration.ofDays(9)), List.of(perCall(1))));
    Agreement agreement = open("soon");
    world.calls(agreement, SOCIAL, 1, 3);
    world.sealHour();
    assertTrue(allLines(agreement).isEmpty());
    assertTrue(
        world.incidents().stream()
            .anyMatch(i -> i.detail().contains("price version 1 of plan soon begins at")));
  }

  @Test
  void theInvoiceShowsTheTiersThatItsLinesCameThrough() {
    plan(
        "tiers",
        new Charge.Volume(
            "calls",
            0,
            List.of(
                new Charge.Tier(Optional.of(4L), 1_000_000, 1, 0, false),
                new Charge.Tier(Optional.empty(), 500_000, 1, 0, false))),
        new Charge.Graduated(
            "messages",
            0,
            List.of(
                new Charge.Tier(Optional.of(3L), 2_000_000, 1, 0, false),
                new Charge.Tier(Optional.empty(), 1_000_000, 1, 0, false))));
    Agreement agreement = open("tiers");
    world.calls(agreement, SOCIAL, 1, 3);
    world.use(agreement, SOCIAL, "messages", 2, "m1");
    world.sealHour();
    world.calls(agreement, SOCIAL, 4, 6);
    world.use(agreement, SOCIAL, "messages", 5, "m2");
    world.sealHour();
    world.toNextMonth();
    world.sealHour();
    Invoices invoices = new Invoices(world.ports, world.terms, "vendor");
    Invoice invoice = invoices.read(invoices.issue(agreement.id(), YearMonth.of(2026, 11)));
    assertEquals(
        List.of(new Invoice.Tier(2, 6, 500_000, 1, 3_000_000)),
        row(invoice, "calls").tiers(),
        "the dearer tier was taken back");
    assertEquals(
        List.of(
            new Invoice.Tier(1, 3, 2_000_000, 1, 6_000_000),
            new Invoice.Tier(2, 4, 1_000_000, 1, 4_000_000)),
        row(invoice, "messages").tiers());
    assertEquals(13_000_000, invoice.totalMicros());
  }

  private static Invoice.Row row(Invoice invoice, String meter) {
    return invoice.rows().stream()
        .filter(row -> row.meter().equals(meter))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsGivenBackHasTheCodesOfWhatWasCharged() {
    plan("small", monthly(3_000_000));
    codes.put(code("HALF", new Code.Percent(500_000), Optional.empty()));
    codes.put(code("OFF", new Code.Amount(1_000_000, "CNY"), Optional.of(1)));
    Agreement half = open("small");
    codes.redeem(half.id(), "HALF");
    codes.redeem(half.id(), "OFF");
    Agreement late = world.agreement(SOCIAL, "late", "small", "CNY");
    world.sealHour();
    assertEquals(500_000, owed(half));
    codes.put(code("LATE", new Code.Percent(500_000), Optional.empty()));
    codes.redeem(late.id(), "LATE");
    world.clock.set(Instant.parse("2026-12-01T12:10:00Z"));
    for (Agreement agreement : List.of(half, late)) {
      changes.change(agreement.id(), new ChangePlan.Cancel(), at(world.clock.instant()));
    }
    world.sealHour();
    world.sealHour();
    // 21 days, 1 h 50 min of 30 days: 2 107 639 of 3 000 000.
    assertEquals(1_053_819 - 1_000_000, owed(half), "half of it is off, rounded up");
    assertEquals(2_107_639, owed(late), "charged in full before the code");
    assertAddsUp(half);
    assertAddsUp(late);
  }
}
