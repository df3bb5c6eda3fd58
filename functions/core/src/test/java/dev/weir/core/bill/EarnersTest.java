package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.YUAN;
import static dev.weir.core.meter.Texts.assertContains;
import static dev.weir.core.problem.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.catalog.JointProduct;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who earns of a product, beside the channel's partner, and who pays for others. */
class EarnersTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Settlements settlements = new Settlements(world.ports, world.terms);
  private final Payouts payouts = new Payouts(world.ports, world.terms, settlements, "weir");
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final CreditNotes notes = new CreditNotes(world.ports, invoices, "weir");
  private final SponsorBills bills = new SponsorBills(world.ports, "weir");

  @BeforeEach
  void aPriceOfOneYuanACall() {
    world.priceOfOneYuanACall();
  }

  @Test
  void beneficiariesAreHeldPaidAndTakenBackLikePartners() {
    world.joint(
        new JointProduct.Beneficiary("press", "data", 500),
        new JointProduct.Beneficiary("acme", "adapter", 250));
    Agreement agreement = world.used(PARTNER, 10);
    assertEquals(Set.of("acme", "press"), settlements.earners());
    Settlement press = settlements.of("press", MONTH).getFirst();
    assertEquals(YUAN / 2, press.accruedMicros());
    assertEquals(0, press.acceptedMicros());
    world.accept(PARTNER);
    assertContains(
        refused(() -> payouts.pay("p1", "press", "CNY"), 409), "payout 0.00 CNY < minimum");
    world.release(agreement);

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
    assertEquals(0, books.balance(Account.JOINT_PAYABLE));
    assertEquals(-300_000, books.balance(Account.PARTNER_PAYABLE));

    Clawback back =
        new Clawback(
            "c", "press", PARTNER, Optional.of("data"), "CNY", YUAN, "", world.clock.instant());
    assertTrue(settlements.clawback(back));
    assertEquals(-YUAN, payouts.due("press", "CNY").payableMicros());
    assertEquals(YUAN, books.balance(Account.JOINT_PAYABLE));
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
    assertEquals(10 * YUAN, books.balance(Account.RECEIVABLE, PARTNER));
    assertEquals(0, books.balance(Account.RECEIVABLE, SOCIAL));
    assertEquals(-10 * YUAN, books.balance(Account.REVENUE, SOCIAL));
    notes.issue(
        new CreditNotes.Correction(
            "c", invoice.number(), Optional.of(1), Optional.of(4 * YUAN), "slow"));
    Payments payments = new Payments(world.ports, invoices, new ManualPayments());
    payments.request(new Payments.Ask("p", invoice.number(), "CNY", Optional.empty()));
    payments.apply("p", new PaymentEvent.Cleared("e", world.clock.instant()));
    assertEquals(
        0, books.balance(Account.RECEIVABLE, PARTNER), "all of it came in where it was owed");
    assertEquals(-6 * YUAN, books.balance(Account.REVENUE, SOCIAL));
  }

  @Test
  void aSponsorIsBilledForTheFreeUseOfAChannelAndThePartnerEarnsOfIt() {
    world.sponsor("tier", "bigco", 6 * YUAN, 100 * YUAN);
    world.sponsor("house", Sponsorship.VENDOR, YUAN, 100 * YUAN);
    Agreement agreement = world.used(PARTNER, 10);
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
    assertEquals(books.balance(Account.SPONSOR_RECEIVABLE), total);
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
    assertEquals(13 * YUAN, customers + total - books.balance(Account.PROMOTION) * -1);

    refused(() -> bills.pay("p", 2, Optional.empty()), 404);
    refused(() -> bills.pay("P 1", 1, Optional.empty()), 422);
    refused(() -> bills.pay("p", 1, Optional.of(-1L)), 422);
    assertContains(
        refused(() -> bills.pay("p", 1, Optional.of(total + 1)), 409), "> 8.00 CNY open");
    bills.pay("p", 1, Optional.of(YUAN));
    bills.pay("p", 1, Optional.of(YUAN));
    assertEquals(total - YUAN, bills.openMicros(bill));
    refused(() -> bills.pay("p", 1, Optional.of(2 * YUAN)), 409);
    bills.pay("rest", 1, Optional.empty());
    refused(() -> bills.pay("more", 1, Optional.empty()), 409);
    assertEquals(0, books.balance(Account.SPONSOR_RECEIVABLE));
    assertEquals(total, books.balance(Account.CASH));
    new Ledger(world.ports).trialBalance();
  }

  @Test
  void whatASponsorPaidStaysEarnedWhenTheCustomersPartIsCredited() {
    world.sponsor("tier", "bigco", 6 * YUAN, 100 * YUAN);
    Agreement agreement = world.used(PARTNER, 10); // 6 by bigco, 4 by the customer
    world.toNextMonth();
    Invoices.Issued invoice = invoices.issue(agreement.id(), MONTH);
    notes.issue(
        new CreditNotes.Correction(
            "c", invoice.number(), Optional.empty(), Optional.empty(), "all"));
    assertEquals(6 * YUAN / 10_000 * 3333, books.balance(Account.PARTNER_SHARE));
  }
}
