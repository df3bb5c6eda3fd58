package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.LineAck;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who earns of a product, beside the channel's partner, and who pays for others. */
class EarnersTest {

  private static final YearMonth MONTH = Line.month(START);
  private static final long YUAN = 100_000_000;

  private final MoneyWorld world = new MoneyWorld();
  private final Settlements settlements = new Settlements(world.ports, world.terms);
  private final Payouts payouts = new Payouts(world.ports, world.terms, settlements, "weir");
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final CreditNotes notes = new CreditNotes(world.ports, invoices, "weir");
  private final SponsorBills bills = new SponsorBills(world.ports, "weir");

  @BeforeEach
  void aPriceOfOneYuanACall() {
    price(YUAN, 1);
  }

  private void price(long micros, long size) {
    try {
      world.catalog.put(
          new PriceVersion(
              "plan", 2, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 0, micros, size))));
    } catch (ProblemException e) {
      world.catalog.put(
          new PriceVersion(
              "plan", 3, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 0, micros, size))));
    }
  }

  private void joint(JointProduct.Beneficiary... beneficiaries) {
    new Editions(world.ports)
        .put(new JointProduct("bot", 1, MoneyWorld.HOUR, List.of(beneficiaries)));
  }

  private Agreement used(String channel, int calls) {
    Agreement agreement = world.agreementAt(channel, "customer", 2);
    world.calls(agreement, channel, 1, calls);
    world.sealHour();
    return agreement;
  }

  private void accept() {
    List<LineAck> acks =
        world.reportedLines(PARTNER).stream()
            .<LineAck>map(line -> new LineAck.Accepted(line.id(), ""))
            .toList();
    new Acknowledge(world.ports).apply(PARTNER, acks);
  }

  private void release(Agreement agreement) {
    new Collections(world.ports).collected(agreement.id(), MONTH, world.clock.instant());
    world.clock.advance(Settlements.HOLDING);
  }

  private long balance(Account account) {
    return new Ledger(world.ports)
        .balances().stream()
            .filter(b -> b.account() == account)
            .mapToLong(b -> b.debitMicros() - b.creditMicros())
            .sum();
  }

  private static String refused(org.junit.jupiter.api.function.Executable action, int status) {
    ProblemException e = assertThrows(ProblemException.class, action);
    assertEquals(status, e.problem().status(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void beneficiariesAreHeldPaidAndTakenBackLikePartners() {
    joint(
        new JointProduct.Beneficiary("press", "data", 500),
        new JointProduct.Beneficiary("acme", "adapter", 250));
    Agreement agreement = used(PARTNER, 10);
    assertEquals(Set.of("acme", "press"), settlements.earners());
    Settlement press = settlements.of("press", MONTH).getFirst();
    assertEquals(YUAN / 2, press.accruedMicros());
    assertEquals(0, press.acceptedMicros());
    accept();
    assertContains(refused(() -> payouts.pay("p1", "press", "CNY"), 409), "payout 0 < minimum");
    release(agreement);

    Payout paid = payouts.read(payouts.pay("p1", "press", "CNY"));
    assertEquals(YUAN / 2, paid.paidMicros());
    assertEquals(
        List.of(new Settlement.Leg("data", PARTNER, YUAN / 2, YUAN / 2, YUAN / 2, 0, YUAN / 2)),
        paid.months().getFirst().legs());
    Payout acme = payouts.read(payouts.pay("p1", "acme", "CNY")); // sells it, and made the adapter
    assertEquals(358_000_000, acme.paidMicros()); // of 3.583 whole cents
    assertEquals(
        List.of("adapter", "sales"),
        acme.months().getFirst().legs().stream().map(Settlement.Leg::what).toList());
    assertEquals(0, balance(Account.JOINT_PAYABLE));
    assertEquals(-300_000, balance(Account.PARTNER_PAYABLE));

    Clawback back =
        new Clawback(
            "c", "press", PARTNER, Optional.of("data"), "CNY", YUAN, "", world.clock.instant());
    assertTrue(settlements.clawback(back));
    assertEquals(-YUAN, payouts.due("press", "CNY").payableMicros());
    assertEquals(YUAN, balance(Account.JOINT_PAYABLE));
    refused(() -> payouts.pay("p2", "press", "CNY"), 409);
    refused(() -> payouts.minimum("nobody", new Payouts.Minimum(Map.of())), 404);
    payouts.minimum("press", new Payouts.Minimum(Map.of("CNY", 9 * YUAN)));
  }

  @Test
  void whoeverBroughtItThroughAChannelIsThatChannelsPartner() {
    Agreement agreement =
        world.accounts.openAgreement(
            new OpenAgreement(
                PARTNER,
                "tenant",
                List.of(),
                Optional.empty(),
                "Customer",
                "bot",
                "plan",
                2,
                "CNY",
                Optional.of(PARTNER), // as onboarding through the channel says
                PARTNER,
                Optional.empty()));
    world.calls(agreement, PARTNER, 1, 10);
    world.sealHour();
    assertEquals(333_300_000, settlements.of("acme", MONTH).getFirst().accruedMicros());
    assertEquals(List.of(), settlements.of(PARTNER, MONTH));
  }

  @Test
  void whatIsUsedInOneChannelAndBilledThroughAnotherIsOwedThere() {
    Agreement agreement = world.agreementAt(PARTNER, "customer", 2);
    world.calls(agreement, SOCIAL, 1, 10);
    world.sealHour();
    world.toNextMonth();
    Invoices.Issued invoice = invoices.issue(agreement.id(), MONTH);
    assertEquals(10 * YUAN, of(Account.RECEIVABLE, PARTNER));
    assertEquals(0, of(Account.RECEIVABLE, SOCIAL));
    assertEquals(-10 * YUAN, of(Account.REVENUE, SOCIAL));
    notes.issue(
        new CreditNotes.Correction(
            "c", invoice.number(), Optional.of(1), Optional.of(4 * YUAN), "slow"));
    Payments payments = new Payments(world.ports, invoices, new ManualPayments());
    payments.request(new Payments.Ask("p", invoice.number(), "CNY", Optional.empty()));
    payments.apply("p", new PaymentEvent.Cleared("e", world.clock.instant()));
    assertEquals(0, of(Account.RECEIVABLE, PARTNER), "all of it came in where it was owed");
    assertEquals(-6 * YUAN, of(Account.REVENUE, SOCIAL));
  }

  private long of(Account account, String channel) {
    return new Ledger(world.ports)
        .balances().stream()
            .filter(b -> b.account() == account && b.channelId().equals(channel))
            .mapToLong(b -> b.debitMicros() - b.creditMicros())
            .sum();
  }

  @Test
  void aSponsorIsBilledForTheFreeUseOfAChannelAndThePartnerEarnsOfIt() {
    sponsor("tier", "bigco", 6 * YUAN, 100 * YUAN);
    sponsor("house", Sponsorship.VENDOR, YUAN, 100 * YUAN);
    Agreement agreement = used(PARTNER, 10);
    Agreement light = world.agreementAt(PARTNER, "light", 2);
    world.calls(light, PARTNER, 101, 103);
    world.sealHour();
    assertContains(refused(() -> bills.issue(MONTH), 409), "month 2026-11 is rated until");
    world.toNextMonth();

    List<SponsorBills.Issued> issued = bills.issue(MONTH);
    assertEquals(issued, bills.issue(MONTH));
    assertEquals(1, issued.size(), "the vendor is billed for nothing");
    SponsorBill bill = bills.read(issued.getFirst());
    long total = bill.totalMicros();
    assertEquals(balance(Account.SPONSOR_RECEIVABLE), total);
    assertEquals(bill.totalMicros(), bill.payableMicros());
    assertEquals(1, bill.number());
    assertEquals("bigco", bill.payer());
    assertEquals(2, bill.rows().getFirst().agreements());
    assertEquals(PARTNER, bill.rows().getFirst().channelId());
    long customers =
        List.of(agreement, light).stream()
            .flatMap(a -> world.lines(a).stream())
            .mapToLong(Line::amountMicros)
            .sum();
    assertEquals(13 * YUAN, customers + total - balance(Account.PROMOTION) * -1);

    refused(() -> bills.pay("p", 2, Optional.empty()), 404);
    refused(() -> bills.pay("P 1", 1, Optional.empty()), 422);
    refused(() -> bills.pay("p", 1, Optional.of(-1L)), 422);
    assertContains(refused(() -> bills.pay("p", 1, Optional.of(total + 1)), 409), "> " + total);
    bills.pay("p", 1, Optional.of(YUAN));
    bills.pay("p", 1, Optional.of(YUAN));
    assertEquals(total - YUAN, bills.openMicros(bill));
    refused(() -> bills.pay("p", 1, Optional.of(2 * YUAN)), 409);
    bills.pay("rest", 1, Optional.empty());
    refused(() -> bills.pay("more", 1, Optional.empty()), 409);
    assertEquals(0, balance(Account.SPONSOR_RECEIVABLE));
    assertEquals(total, balance(Account.CASH));
    new Ledger(world.ports).trialBalance();
  }

  private void sponsor(String id, String payer, long cap, long budget) {
    new Sponsorships(world.ports)
        .put(
            new Sponsorship(
                id, PARTNER, payer, cap, budget, "CNY", MoneyWorld.HOUR, Optional.empty()));
  }

  @Test
  void whatASponsorPaidStaysEarnedWhenTheCustomersPartIsCredited() {
    sponsor("tier", "bigco", 6 * YUAN, 100 * YUAN);
    Agreement agreement = used(PARTNER, 10); // 6 by bigco, 4 by the customer
    world.toNextMonth();
    Invoices.Issued invoice = invoices.issue(agreement.id(), MONTH);
    notes.issue(
        new CreditNotes.Correction(
            "c", invoice.number(), Optional.empty(), Optional.empty(), "all"));
    assertEquals(6 * YUAN / 10_000 * 3333, balance(Account.PARTNER_SHARE));
  }

  /** A random market: fee, partner, beneficiaries, a sponsor, corrections, claw-backs, payouts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void sharesAndHouseAreTheNetForAnyMixOfEarners(long seed) {
    Random random = new Random(seed);
    world.partnerFee = random.nextInt(2_000);
    world.partnerShare = random.nextInt(4_000);
    List<JointProduct.Beneficiary> beneficiaries = new ArrayList<>();
    String[] who = {"press", "lab", "acme", "press"};
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      beneficiaries.add(new JointProduct.Beneficiary(who[i], "part-" + i, random.nextInt(1_000)));
    }
    joint(beneficiaries.toArray(JointProduct.Beneficiary[]::new));
    price(1 + random.nextLong(3_000_000_007L), 1 + random.nextInt(13));
    if (random.nextBoolean()) {
      sponsor("tier", "bigco", 1 + random.nextLong(20 * YUAN), 1_000_000 * YUAN);
    }
    Agreement agreement = world.agreementAt(PARTNER, "customer", 3);
    int call = 0;
    for (int hour = 0; hour < 3; hour++) {
      int calls = 1 + random.nextInt(20);
      world.calls(agreement, random.nextBoolean() ? PARTNER : SOCIAL, call + 1, call + calls);
      call += calls;
      world.sealHour();
    }
    accept();
    world.toNextMonth();
    Invoices.Issued invoice = invoices.issue(agreement.id(), MONTH);
    assertShares(agreement, 0);
    for (int i = 0; i < 4; i++) {
      credit(invoice, i, random);
    }
    assertShares(agreement, 0);
    long taken = 1 + random.nextLong(YUAN);
    settlements.clawback(
        new Clawback(
            "by-hand",
            "press",
            PARTNER,
            Optional.of("part-0"),
            "CNY",
            taken,
            "fraud",
            world.clock.instant()));
    assertShares(agreement, taken);

    release(agreement);
    for (String earner : settlements.earners()) {
      pay(earner);
    }
    long left =
        settlements.earners().stream()
            .mapToLong(earner -> payouts.due(earner, "CNY").payableMicros())
            .sum();
    assertEquals(-left, balance(Account.PARTNER_PAYABLE) + balance(Account.JOINT_PAYABLE));
    long jointLeft =
        settlements.earners().stream()
            .mapToLong(earner -> payouts.due(earner, "CNY").jointMicros())
            .sum();
    assertEquals(-jointLeft, balance(Account.JOINT_PAYABLE));
  }

  private void credit(Invoices.Issued invoice, int i, Random random) {
    Invoice issued = invoices.read(invoice);
    int row = 1 + random.nextInt(issued.rows().size());
    long amount = issued.rows().get(row - 1).amountMicros();
    try {
      notes.issue(
          new CreditNotes.Correction(
              "c" + i,
              invoice.number(),
              Optional.of(row),
              i == 3 ? Optional.empty() : Optional.of(1 + random.nextLong(amount / 2 + 1)),
              "seeded"));
    } catch (ProblemException e) {
      assertEquals(409, e.problem().status(), e.getMessage()); // more than is left
    }
  }

  private void pay(String earner) {
    Payouts.Due due = payouts.due(earner, "CNY");
    if (due.payableMicros() >= Invoice.MINOR_MICROS) {
      Payout paid = payouts.read(payouts.pay("p", earner, "CNY"));
      assertEquals(due.payableMicros() / 1_000_000 * 1_000_000, paid.paidMicros());
      assertTrue(payouts.due(earner, "CNY").payableMicros() < Invoice.MINOR_MICROS);
    }
  }

  private void assertShares(Agreement agreement, long clawedBackByHand) {
    long revenue = 0;
    long fee = 0;
    long shares = -clawedBackByHand;
    for (Line line : world.lines(agreement)) {
      revenue += line.revenueMicros();
      fee += line.feeMicros();
      shares += line.shareMicros();
      shares += line.joint().stream().mapToLong(Line.JointShare::micros).sum();
    }
    for (CreditNotes.Issued issued : notes.list()) {
      for (CreditNote.Row row : notes.read(issued).rows()) {
        revenue -= row.amountMicros();
        fee -= row.feeMicros();
        shares -= row.shareMicros();
        shares -= row.joint().stream().mapToLong(Line.JointShare::micros).sum();
      }
    }
    long house = 0;
    long earned = 0;
    for (Profit.Row row : new Profit(world.ports).byChannel(Optional.empty())) {
      house += row.marginMicros() + row.lossMicros() + row.computeMicros();
      earned += row.shareMicros();
    }
    assertEquals(revenue - fee, earned + house, "shares + house = net");
    assertEquals(shares, earned, "what is earned is what the lines say");
    long settled = 0;
    for (String earner : settlements.earners()) {
      for (YearMonth month : List.of(MONTH, MONTH.plusMonths(1))) {
        for (Settlement s : settlements.of(earner, month)) {
          settled += s.accruedMicros() - s.clawbackMicros();
          assertEquals(
              s.payableMicros(), s.legs().stream().mapToLong(Settlement.Leg::payableMicros).sum());
          assertEquals(
              s.accruedMicros(), s.rows().stream().mapToLong(Settlement.Row::shareMicros).sum());
        }
      }
    }
    assertEquals(shares, settled, "and what the settlements say");
    new Ledger(world.ports).trialBalance();
  }
}
