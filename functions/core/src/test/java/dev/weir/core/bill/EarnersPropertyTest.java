package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.YUAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.problem.ProblemException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all who earn of a product get and what is left are the net, at random. */
class EarnersPropertyTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Settlements settlements = new Settlements(world.ports, world.terms);
  private final Payouts payouts = new Payouts(world.ports, world.terms, settlements, "weir");
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final CreditNotes notes = new CreditNotes(world.ports, invoices, "weir");

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
    world.joint(beneficiaries.toArray(JointProduct.Beneficiary[]::new));
    world.plan(
        "plan",
        new Charge.PerUnit(
            "calls", 0, 1 + random.nextLong(3_000_000_007L), 1 + random.nextInt(13)));
    if (random.nextBoolean()) {
      world.sponsor("tier", "bigco", 1 + random.nextLong(20 * YUAN), 1_000_000 * YUAN);
    }
    Agreement agreement = world.agreementAt(PARTNER, "customer", 2);
    int call = 0;
    for (int hour = 0; hour < 3; hour++) {
      int calls = 1 + random.nextInt(20);
      world.calls(agreement, random.nextBoolean() ? PARTNER : SOCIAL, call + 1, call + calls);
      call += calls;
      world.sealHour();
    }
    world.accept(PARTNER);
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

    world.release(agreement);
    for (String earner : settlements.earners()) {
      pay(earner);
    }
    long left =
        settlements.earners().stream()
            .mapToLong(earner -> payouts.due(earner, "CNY").payableMicros())
            .sum();
    assertEquals(
        -left, books.balance(Account.PARTNER_PAYABLE) + books.balance(Account.JOINT_PAYABLE));
    long jointLeft =
        settlements.earners().stream()
            .mapToLong(earner -> payouts.due(earner, "CNY").jointMicros())
            .sum();
    assertEquals(-jointLeft, books.balance(Account.JOINT_PAYABLE));
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
