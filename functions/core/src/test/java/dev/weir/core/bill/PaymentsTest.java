package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.MONTH;
import static dev.weir.core.bill.MoneyWorld.PARTNER;
import static dev.weir.core.bill.MoneyWorld.SOCIAL;
import static dev.weir.core.bill.MoneyWorld.YUAN;
import static dev.weir.core.meter.Texts.assertContains;
import static dev.weir.core.problem.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.Suspension;
import dev.weir.core.account.Suspensions;
import dev.weir.core.bill.Payment.State;
import dev.weir.core.bill.Transaction.Account;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invoices of 12.00, paid, not paid, given back, disputed, corrected. */
class PaymentsTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Books books = new Books(world);
  private final Invoices invoices = new Invoices(world.ports, world.terms, "weir");
  private final RecordingProvider provider = new RecordingProvider();
  private final Payments payments = new Payments(world.ports, invoices, provider);
  private final CreditNotes notes = new CreditNotes(world.ports, invoices, "weir");
  private final Ledger ledger = new Ledger(world.ports);

  /** Notes what it is told to give back. */
  private static final class RecordingProvider implements PaymentProvider {
    private final List<String> refunds = new ArrayList<>();

    @Override
    public String name() {
      return "recording";
    }

    @Override
    public String request(Payment payment) {
      return "ref-" + payment.id();
    }

    @Override
    public void refund(Payment payment, String refundId, long micros) {
      refunds.add(refundId + " " + micros);
    }
  }

  @BeforeEach
  void aPriceOfOneYuanACall() {
    world.priceOfOneYuanACall();
  }

  private Invoices.Issued invoice(String channel, int calls) {
    Agreement agreement = world.agreementAt(channel, "tenant", 2);
    world.calls(agreement, channel, 1, calls);
    world.sealHour();
    world.toNextMonth();
    return invoices.issue(agreement.id(), MONTH);
  }

  private Payment ask(String id, Invoices.Issued invoice, long micros) {
    return payments.request(new Payments.Ask(id, invoice.number(), "CNY", Optional.of(micros)));
  }

  private Instant now() {
    return world.clock.instant();
  }

  private void assertBooks(long cash, long receivable, Invoices.Issued invoice, long open) {
    assertEquals(cash, books.balance(Account.CASH), "cash");
    assertEquals(receivable, books.balance(Account.RECEIVABLE), "receivable");
    assertEquals(open, invoices.openMicros(invoice), "open");
    ledger.trialBalance();
  }

  @Test
  void anInvoiceIsPaidInTwoPartsAndIsCollectedWithTheSecond() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    assertBooks(0, 12 * YUAN, invoice, 12 * YUAN);
    Collections collections = new Collections(world.ports);

    Payment first = ask("p1", invoice, 5 * YUAN);
    assertEquals("ref-p1", first.reference());
    assertEquals(first, ask("p1", invoice, 5 * YUAN));
    payments.apply("p1", new PaymentEvent.Pending("e1", now(), "bank-77"));
    assertBooks(0, 12 * YUAN, invoice, 12 * YUAN);
    payments.apply("p1", new PaymentEvent.Cleared("e2", now()));
    payments.apply("p1", new PaymentEvent.Cleared("e2", now().plusSeconds(5)));
    assertBooks(5 * YUAN, 7 * YUAN, invoice, 7 * YUAN);
    assertEquals(Optional.empty(), collections.collectedAt(invoice.agreementId(), MONTH));

    ask("p2", invoice, 7 * YUAN);
    payments.apply("p2", new PaymentEvent.Cleared("e1", now()));
    assertBooks(12 * YUAN, 0, invoice, 0);
    assertEquals(Optional.of(now()), collections.collectedAt(invoice.agreementId(), MONTH));
    assertEquals(2, payments.of("weir", invoice.number()).size());
  }

  @Test
  void whatFailedFreesWhatItHeld() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    ask("p1", invoice, 12 * YUAN);
    payments.apply("p1", new PaymentEvent.Pending("e1", now(), "bank"));
    ask("p2", invoice, 12 * YUAN);
    assertContains(
        refused(() -> payments.apply("p2", new PaymentEvent.Cleared("e1", now())), 409),
        "open of invoice 1");
    payments.apply("p1", new PaymentEvent.Failed("e2", now(), "no funds"));
    payments.apply("p2", new PaymentEvent.Cleared("e1", now()));
    assertBooks(12 * YUAN, 0, invoice, 0);
  }

  @Test
  void badRequestsAreRefusedByName() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    assertContains(
        refused(() -> payments.request(new Payments.Ask("p", 99, "CNY", Optional.empty())), 404),
        "no invoice 99 of issuer weir");
    assertContains(
        refused(
            () ->
                payments.request(new Payments.Ask("p", invoice.number(), "USD", Optional.of(YUAN))),
            422),
        "payment in USD of invoice 1 in CNY");
    refused(() -> ask("p", invoice, 0), 422);
    refused(() -> ask("p", invoice, -1), 422);
    assertContains(refused(() -> ask("p", invoice, 12 * YUAN + 1), 409), "> 12.00 CNY open");
    refused(() -> payments.apply("p", new PaymentEvent.Cleared("e", now())), 404);
    ask("p", invoice, YUAN);
    assertContains(refused(() -> ask("p", invoice, 2 * YUAN), 409), "asks for 1.00 CNY");
    refused(() -> new PaymentEvent.Refunded("e", now(), 0), 422);
  }

  @Test
  void onlyLegalStepsAreTakenAndAnEventIdSaysOneThing() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    ask("p", invoice, 12 * YUAN);
    assertContains(
        refused(() -> payments.apply("p", new PaymentEvent.Refunded("e", now(), 1)), 409),
        "payment p is REQUESTED: Refunded is not possible");
    refused(() -> payments.apply("p", new PaymentEvent.Disputed("e", now(), "")), 409);
    refused(() -> payments.apply("p", new PaymentEvent.DisputeWon("e", now())), 409);
    payments.apply("p", new PaymentEvent.Cleared("e", now()));
    refused(() -> payments.apply("p", new PaymentEvent.Failed("e", now(), "")), 409);
    refused(() -> payments.apply("p", new PaymentEvent.Pending("e2", now(), "")), 409);
    refused(() -> payments.apply("p", new PaymentEvent.Failed("e2", now(), "")), 409);
    assertBooks(12 * YUAN, 0, invoice, 0);
  }

  @Test
  void aRefundOpensTheInvoiceAgainAndNeverExceedsWhatWasPaid() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    ask("p", invoice, 12 * YUAN);
    payments.apply("p", new PaymentEvent.Cleared("e1", now()));
    assertContains(
        refused(() -> payments.refund("p", "r0", 12 * YUAN + 1), 409),
        "refund 12.00000001 CNY > 12.00 CNY paid");
    payments.refund("p", "r1", 5 * YUAN);
    payments.refund("p", "r1", 5 * YUAN);
    assertEquals(List.of("r1 500000000"), provider.refunds);
    assertBooks(7 * YUAN, 5 * YUAN, invoice, 5 * YUAN);
    assertEquals(
        Optional.empty(), new Collections(world.ports).collectedAt(invoice.agreementId(), MONTH));
    refused(() -> payments.refund("p", "r2", 7 * YUAN + 1), 409);
    assertContains(
        refused(
            () -> payments.apply("p", new PaymentEvent.Refunded("r2", now(), 7 * YUAN + 1)), 409),
        "paid and not given back");
    assertEquals(State.REFUNDED, payments.refund("p", "r3", 7 * YUAN).state());
    assertBooks(0, 12 * YUAN, invoice, 12 * YUAN);
  }

  @Test
  void aDisputeHoldsTheMoneyUntilItIsDecided() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    ask("p", invoice, 12 * YUAN);
    payments.apply("p", new PaymentEvent.Cleared("e1", now()));
    payments.apply("p", new PaymentEvent.Disputed("d1", now(), "not mine"));
    assertEquals(12 * YUAN, books.balance(Account.DISPUTED));
    refused(() -> payments.refund("p", "r", YUAN), 409);
    payments.apply("p", new PaymentEvent.DisputeWon("d2", now()));
    assertBooks(12 * YUAN, 0, invoice, 0);

    payments.refund("p", "r", 2 * YUAN);
    payments.apply("p", new PaymentEvent.Disputed("d3", now(), "again"));
    Payment lost = payments.apply("p", new PaymentEvent.DisputeLost("d4", now()));
    assertEquals(State.REFUNDED, lost.state());
    assertEquals(0, books.balance(Account.DISPUTED));
    assertBooks(0, 12 * YUAN, invoice, 12 * YUAN);
  }

  @Test
  void aCreditNoteHasItsOwnNumbersAndTakesBackRevenueFeeAndShare() {
    Invoices.Issued invoice = invoice(PARTNER, 12); // the partner earns 3333 of 10000
    long share = books.balance(Account.PARTNER_SHARE);
    assertEquals(12 * YUAN / 10_000 * 3333, share);

    CreditNotes.Correction half =
        new CreditNotes.Correction(
            "c1", invoice.number(), Optional.of(1), Optional.of(5 * YUAN + 1), "slow answers");
    CreditNotes.Issued one = notes.issue(half);
    assertEquals(one, notes.issue(half));
    assertContains(
        refused(
            () ->
                notes.issue(
                    new CreditNotes.Correction(
                        "c1", invoice.number(), Optional.of(1), Optional.of(1L), "slow answers")),
            409),
        "credit note c1 is of 5.00000001 CNY of invoice " + invoice.number() + " already");
    assertEquals(1, one.number());
    assertBooks(0, 7 * YUAN, invoice, 7 * YUAN);
    CreditNotes.Issued two =
        notes.issue(
            new CreditNotes.Correction(
                "c2", invoice.number(), Optional.empty(), Optional.empty(), "all of it"));
    assertEquals(2, two.number());
    assertEquals(0, books.balance(Account.REVENUE));
    assertEquals(0, books.balance(Account.PARTNER_SHARE));
    assertEquals(0, books.balance(Account.PARTNER_PAYABLE));
    assertBooks(0, 0, invoice, 0);
    assertEquals(12 * YUAN, notes.read(one).totalMicros() + notes.read(two).totalMicros());
    assertNotEquals(notes.read(one).totalMicros(), notes.read(one).payableMicros());
    assertContains(
        refused(
            () ->
                notes.issue(
                    new CreditNotes.Correction(
                        "c3", invoice.number(), Optional.empty(), Optional.empty(), "")),
            409),
        "nothing is left to credit");
    Settlement settlement =
        new Settlements(world.ports, world.terms).of("acme", Line.month(now())).getFirst();
    assertEquals(share, settlement.clawbackMicros());
  }

  @Test
  void whatIsCreditedOfAPaidInvoiceIsTakenFromTheNext() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    ask("p", invoice, 12 * YUAN);
    payments.apply("p", new PaymentEvent.Cleared("e1", now()));
    notes.issue(
        new CreditNotes.Correction(
            "c1", invoice.number(), Optional.of(1), Optional.of(5 * YUAN), "late"));
    assertBooks(12 * YUAN, -5 * YUAN, invoice, 0);

    Agreement agreement = world.accounts.agreement(invoice.agreementId()).orElseThrow();
    world.calls(agreement, SOCIAL, 101, 108);
    world.clock.set(Instant.parse("2027-01-01T00:10:00Z"));
    world.tick();
    Invoices.Issued next = invoices.issue(agreement.id(), MONTH.plusMonths(1));
    assertBooks(12 * YUAN, 3 * YUAN, next, 3 * YUAN);

    notes.issue(
        new CreditNotes.Correction(
            "c2", next.number(), Optional.of(1), Optional.of(4 * YUAN), "late again"));
    payments.refund("p", "r1", 2 * YUAN); // one of them was to the customer's credit
    assertBooks(10 * YUAN, YUAN, invoice, YUAN);
  }

  @Test
  void correctionsThatMakeNoSenseAreRefused() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    refused(() -> new CreditNotes.Correction("c", 1, Optional.empty(), Optional.of(1L), ""), 422);
    refused(() -> new CreditNotes.Correction("c", 1, Optional.of(1), Optional.of(-1L), ""), 422);
    refused(
        () ->
            notes.issue(new CreditNotes.Correction("c", 7, Optional.empty(), Optional.empty(), "")),
        404);
    assertContains(
        refused(
            () ->
                notes.issue(
                    new CreditNotes.Correction(
                        "c", invoice.number(), Optional.of(2), Optional.empty(), "")),
            422),
        "row 2 not in 1..1");
    assertContains(
        refused(
            () ->
                notes.issue(
                    new CreditNotes.Correction(
                        "c", invoice.number(), Optional.of(1), Optional.of(13 * YUAN), "")),
            409),
        "> 12.00 CNY left of row 1");
  }

  @Test
  void dunningGoesByTheClockEndsWithThePaymentAndInTheEndIsALoss() {
    Invoices.Issued invoice = invoice(SOCIAL, 12);
    Dunning dunning = new Dunning(world.ports, invoices);
    assertEquals(0, dunning.run());
    assertEquals(Dunning.State.DUE, dunning.list().getFirst().state());
    world.clock.advance(Duration.ofDays(14 + 3));
    assertEquals(1, dunning.run());
    assertEquals(0, dunning.run());
    assertEquals(Dunning.State.REMINDED, dunning.list().getFirst().state());
    world.clock.advance(Duration.ofDays(27));
    dunning.run();
    assertEquals(
        List.of("DUE", "REMINDED", "OVERDUE", "SUSPENDED"),
        dunning.list().getFirst().steps().stream().map(step -> step.state().name()).toList());
    assertEquals(List.of("invoice 1 of weir"), suspendedBy(invoice));

    ask("p", invoice, 10 * YUAN);
    payments.apply("p", new PaymentEvent.Cleared("e", now()));
    assertEquals(1, dunning.list().size());
    assertEquals(List.of("invoice 1 of weir"), suspendedBy(invoice));
    ask("p2", invoice, 2 * YUAN);
    payments.apply("p2", new PaymentEvent.Cleared("e", now()));
    assertEquals(List.of(), dunning.list());
    assertEquals(List.of(), suspendedBy(invoice));

    payments.refund("p", "r", 4 * YUAN);
    world.clock.advance(Duration.ofDays(150));
    dunning.run();
    assertEquals(Dunning.State.WRITTEN_OFF, dunning.list().getFirst().state());
    assertEquals(4 * YUAN, books.balance(Account.WRITTEN_OFF));
    assertBooks(8 * YUAN, 0, invoice, 0);
    assertEquals(0, dunning.run());
    assertEquals(List.of("invoice 1 of weir"), suspendedBy(invoice));

    notes.issue(
        new CreditNotes.Correction(
            "c", invoice.number(), Optional.of(1), Optional.of(YUAN), "goodwill"));
    assertEquals(
        Optional.empty(),
        new Collections(world.ports).collectedAt(invoice.agreementId(), MONTH),
        "a loss is no collection");
    Suspensions suspensions = new Suspensions(world.ports.table());
    assertEquals(
        Optional.empty(),
        suspensions.reinstate(invoice.agreementId()).refusal(),
        "a person says so");
    assertEquals(List.of(), suspendedBy(invoice));
    assertContains(
        refused(() -> suspensions.reinstate(invoice.agreementId()), 409), "is not suspended");
  }

  private List<String> suspendedBy(Invoices.Issued invoice) {
    return world
        .accounts
        .agreement(invoice.agreementId())
        .orElseThrow()
        .suspension()
        .map(Suspension::invoices)
        .orElse(List.of());
  }

  @Test
  void anAgreementIsServedOnceTheLastInvoiceThatHoldsItIsPaid() {
    Invoices.Issued first = invoice(SOCIAL, 12);
    Agreement agreement = world.accounts.agreement(first.agreementId()).orElseThrow();
    world.calls(agreement, SOCIAL, 101, 108);
    world.clock.set(Instant.parse("2027-01-01T00:10:00Z"));
    world.tick();
    Invoices.Issued second = invoices.issue(agreement.id(), MONTH.plusMonths(1));
    Dunning dunning = new Dunning(world.ports, invoices);
    world.clock.advance(Duration.ofDays(60));
    dunning.run();
    assertEquals(List.of("invoice 1 of weir", "invoice 2 of weir"), suspendedBy(first));
    ask("p1", first, 12 * YUAN);
    payments.apply("p1", new PaymentEvent.Cleared("e", now()));
    assertEquals(List.of("invoice 2 of weir"), suspendedBy(first));
    ask("p2", second, 8 * YUAN);
    payments.apply("p2", new PaymentEvent.Cleared("e", now()));
    assertEquals(List.of(), suspendedBy(first));
  }
}
