package dev.weir.local.simulate;

import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.ManualPayments;
import dev.weir.core.bill.Payment;
import dev.weir.core.bill.Payments;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.transfer.Account;
import dev.weir.core.bill.transfer.Transfers;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Ports;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds of documents and open amounts after every commit. */
final class BookWatch {

  private final Shop shop;
  private final Earned earned;
  private final Map<String, Object> documents = new HashMap<>();

  BookWatch(Shop shop, Earned earned) {
    this.shop = shop;
    this.earned = earned;
  }

  void addTo(Watches watches) {
    watches.add(this::numbersHaveNoGaps);
    for (Shop.Sold sold : shop.sold()) {
      watches.add(ports -> customerOwesWhatItsInvoicesSay(ports, sold));
    }
  }

  private void numbersHaveNoGaps(Ports ports) {
    Invoices invoices = new Invoices(ports, shop, Bookkeeping.ISSUER);
    series("invoice", invoices.all().stream().map(Invoices.Issued::number).toList());
    invoices.all().forEach(issued -> stays("invoice " + issued.number(), issued));
    List<CreditNotes.Issued> notes = notes(ports, invoices).list();
    series("credit note", notes.stream().map(CreditNotes.Issued::number).toList());
    notes.forEach(issued -> stays("credit note " + issued.number(), issued));
    for (String channel : shop.partnerChannels()) {
      String partner = shop.of(channel).orElseThrow().partner().orElseThrow();
      List<Payouts.Paid> paid = earned.payouts(ports).list(partner);
      series("payout of " + partner, paid.stream().map(Payouts.Paid::number).sorted().toList());
      paid.forEach(one -> stays("payout " + partner + " " + one.number(), one));
    }
  }

  private static CreditNotes notes(Ports ports, Invoices invoices) {
    return new CreditNotes(ports, invoices, Bookkeeping.ISSUER);
  }

  private static void series(String of, List<Long> numbers) {
    for (int i = 0; i < numbers.size(); i++) {
      Violation.unless(numbers.get(i) == i + 1L, "%s numbers are %s", of, numbers);
    }
  }

  private void stays(String name, Object issued) {
    Object before = documents.putIfAbsent(name, issued);
    Violation.unless(
        before == null || before.equals(issued), "%s was %s, is %s", name, before, issued);
  }

  /** Open amounts less credit are invoices less credit notes less payments; nothing is below 0. */
  private void customerOwesWhatItsInvoicesSay(Ports ports, Shop.Sold sold) {
    Invoices invoices = new Invoices(ports, shop, Bookkeeping.ISSUER);
    Payments payments = new Payments(ports, invoices, new ManualPayments());
    long said = 0;
    long open = 0;
    boolean lost = false;
    for (Invoices.Issued issued : invoices.list(sold.id())) {
      Invoice invoice = read(invoices, issued);
      long left = invoices.openMicros(issued);
      Violation.unless(left >= 0, "%d is open of invoice %d", left, issued.number());
      said += invoice.payableMicros();
      open += left;
      for (Payment payment : payments.of(issued.issuer(), issued.number())) {
        said -= in(payment);
      }
      lost |=
          new Dunning(ports, invoices)
              .find(issued.issuer(), issued.number())
              .filter(o -> o.state() == Dunning.State.WRITTEN_OFF)
              .isPresent();
    }
    if (documents.isEmpty() || lost) {
      return;
    }
    CreditNotes notes = notes(ports, invoices);
    for (CreditNotes.Issued issued : notes.list()) {
      CreditNote note = read(notes, issued);
      said -= note.agreementId().equals(sold.id()) ? note.payableMicros() : 0;
    }
    long credit =
        new Transfers(ports)
            .account("bal-" + StableId.of(sold.id()))
            .map(Account::postedMicros)
            .orElse(0L);
    Violation.unless(credit <= 0, "agreement %s owes %d of its credit", sold.id(), credit);
    Violation.unless(
        open + credit == said,
        "of agreement %s %d is open, %d its credit; documents say %d",
        sold.id(),
        open,
        -credit,
        said);
  }

  /** What came in by a payment and was not given back. */
  private static long in(Payment payment) {
    return switch (payment.state()) {
      case REQUESTED, PENDING, FAILED -> 0;
      case CLEARED, REFUNDED, DISPUTED -> payment.leftMicros();
    };
  }

  /** A document's bytes are named by their hash. */
  private Invoice read(Invoices invoices, Invoices.Issued issued) {
    return (Invoice) documents.computeIfAbsent(issued.blob(), _ -> invoices.read(issued));
  }

  private CreditNote read(CreditNotes notes, CreditNotes.Issued issued) {
    return (CreditNote) documents.computeIfAbsent(issued.blob(), _ -> notes.read(issued));
  }
}
