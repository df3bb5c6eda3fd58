package dev.weir.local.simulate;

import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.CreditNotes;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Line;
import dev.weir.core.bill.MarketPayouts;
import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.RateHours;
import dev.weir.core.bill.Settlement;
import dev.weir.core.bill.Settlements;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.problem.ProblemException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must add up of documents, payments, settlements and payouts in the end. */
final class BookChecks {

  private static final BigDecimal MINOR = BigDecimal.valueOf(1_000_000);

  private final World world;
  private final Shop shop;
  private final Paper paper;
  private final Earned earned;
  private final Invoices invoices;

  BookChecks(World world, Shop shop, Paper paper) {
    this.world = world;
    this.shop = shop;
    this.paper = paper;
    this.earned = new Earned(world.base(), shop, paper);
    this.invoices = new Invoices(world.base(), shop, Bookkeeping.ISSUER);
  }

  void run() {
    everyLineIsInvoicedOnce();
    creditNotesSayWhatWasAsked();
    paymentsAreWhatProvidersSaid();
    openInvoicesAreAskedFor();
    for (String channel : shop.partnerChannels()) {
      String partner = shop.of(channel).orElseThrow().partner().orElseThrow();
      settlementsAreTheLines(partner);
      whatIsPayableIsPaid(partner);
    }
    marketsAreReconciled();
  }

  private static long rounded(long micros) {
    return BigDecimal.valueOf(micros)
        .divide(MINOR, 0, RoundingMode.HALF_EVEN)
        .multiply(MINOR)
        .longValueExact();
  }

  /** Each month that is over has an invoice of all its lines, whatever was entered when. */
  private void everyLineIsInvoicedOnce() {
    for (Shop.Sold sold : shop.sold()) {
      boolean ours = shop.kind(sold.agreement().billedThrough()) != ChannelKind.MARKETPLACE;
      for (YearMonth month : earned.months()) {
        Optional<Invoices.Issued> issued = invoices.find(sold.id(), month);
        boolean over = month.isBefore(Earned.month(RateHours.ratedUntil(world.base())));
        Violation.unless(issued.isPresent() == (ours && over), "%s of %s", issued, month);
        if (issued.isEmpty()) {
          continue;
        }
        Invoice invoice = invoices.read(issued.get());
        long rows = invoice.rows().stream().mapToLong(Invoice.Row::amountMicros).sum();
        int lines = invoice.rows().stream().mapToInt(Invoice.Row::lines).sum();
        List<Line> charged =
            earned.lines(sold, month).stream().filter(l -> l.kind() != Line.Kind.COST).toList();
        long sum = charged.stream().mapToLong(Line::amountMicros).reduce(0, Math::addExact);
        Violation.unless(
            rows == sum && invoice.totalMicros() == sum && lines == charged.size(),
            "invoice %d of %s has %d lines of %d, there are %d of %d",
            invoice.number(),
            month,
            lines,
            invoice.totalMicros(),
            charged.size(),
            sum);
        Violation.unless(
            invoice.payableMicros() == rounded(sum)
                && invoice.dueAt().equals(invoice.issuedAt().plus(Duration.ofDays(14))),
            "invoice %s is not of %d",
            invoice,
            sum);
      }
    }
  }

  private void creditNotesSayWhatWasAsked() {
    CreditNotes notes = new CreditNotes(world.base(), invoices, Bookkeeping.ISSUER);
    Map<String, Long> credited = new HashMap<>();
    for (CreditNotes.Issued issued : notes.list()) {
      CreditNote note = notes.read(issued);
      CreditNotes.Correction asked =
          Optional.ofNullable(paper.corrections().get(issued.id()))
              .orElseThrow(() -> new Violation("nobody asked for " + note));
      Violation.unless(
          asked.invoiceNumber() == note.invoiceNumber()
              && asked.micros().map(m -> m == note.totalMicros()).orElse(true),
          "asked %s, credited %s",
          asked,
          note);
      Violation.unless(note.payableMicros() == rounded(note.totalMicros()), "rounded: %s", note);
      for (CreditNote.Row row : note.rows()) {
        credited.merge(note.invoiceNumber() + " " + row.row(), row.amountMicros(), Long::sum);
      }
    }
    credited.forEach((of, micros) -> {
      String[] parts = of.split(" ", -1);
      Invoice invoice = invoices.read(invoices.require(Long.parseLong(parts[0])));
      long amount = invoice.rows().get(Integer.parseInt(parts[1]) - 1).amountMicros();
      Violation.unless(
          micros <= amount, "credited %d of row %s of invoice, it has %d", micros, of, amount);
    });
  }

  /** By customer: what came in and was not given back. */
  private void paymentsAreWhatProvidersSaid() {
    for (Paper.Paid paid : paper.payments()) {
      long left =
          new dev.weir.core.bill.Payments(
                  world.base(), invoices, new dev.weir.core.bill.ManualPayments())
              .find(paid.id())
              .map(p ->
                  switch (p.state()) {
                    case REQUESTED, PENDING, FAILED -> 0L;
                    case CLEARED, REFUNDED, DISPUTED -> p.leftMicros();
                  })
              .orElse(-1L);
      Violation.unless(
          left == paid.kept(),
          "payment %s has %d, its provider has %d",
          paid.id(),
          left,
          paid.kept());
    }
  }

  /** The clock says how often an open invoice was asked for; nobody asks for a paid one. */
  private void openInvoicesAreAskedFor() {
    Dunning dunning = new Dunning(world.base(), invoices);
    for (Invoices.Issued issued : invoices.all()) {
      Invoice invoice = invoices.read(issued);
      Optional<Dunning.Open> asked = dunning.find(issued.issuer(), issued.number());
      boolean open = invoices.openMicros(issued) > 0;
      long days = Duration.between(invoice.dueAt(), world.now()).toDays();
      Dunning.State state =
          days >= 180
              ? Dunning.State.WRITTEN_OFF
              : days >= 30
                  ? Dunning.State.SUSPENDED
                  : days >= 14
                      ? Dunning.State.OVERDUE
                      : days >= 3 ? Dunning.State.REMINDED : Dunning.State.DUE;
      Violation.unless(
          open
              ? asked.map(a -> a.state() == state).orElse(false)
              : asked.map(a -> a.state() == Dunning.State.WRITTEN_OFF).orElse(true),
          "invoice %d, due %s, open %d, is asked for as %s",
          issued.number(),
          invoice.dueAt(),
          invoices.openMicros(issued),
          asked);
    }
  }

  private void settlementsAreTheLines(String partner) {
    Settlements settlements = new Settlements(world.base(), shop);
    long clawedBack = 0;
    for (YearMonth month : earned.months()) {
      Earned.Share share = earned.share(partner, month, world.now());
      Settlement sum =
          settlements.of(partner, month).stream()
              .findFirst()
              .orElse(
                  new Settlement(
                      "", partner, month, Shop.CURRENCY, List.of(), List.of(), 0, 0, 0, 0, 0));
      clawedBack += sum.clawbackMicros();
      Violation.unless(
          sum.accruedMicros() == share.accrued()
              && sum.acceptedMicros() == share.accepted()
              && sum.collectedMicros() == share.collected()
              && sum.payableMicros() == share.released() - sum.clawbackMicros(),
          "settlement of %s for %s is %s, its lines say %s",
          partner,
          month,
          sum,
          share);
    }
    long back = paper.clawedBack(partner) + earned.credited(partner);
    Violation.unless(
        clawedBack == back, "of %s, %d are clawed back, not %d", partner, clawedBack, back);
  }

  /** In the end a partner has all that is payable, but for less than is paid at once. */
  private void whatIsPayableIsPaid(String partner) {
    Instant now = world.now();
    long least = partner.equals(Shop.PARTNER) ? Shop.PAYOUT_MIN_MICROS : 0;
    long due = earned.payable(partner, now) - earned.paid(partner);
    Payouts payouts = earned.payouts(world.base());
    Optional<Payout> last = Optional.empty();
    try {
      last = Optional.of(payouts.read(payouts.pay("last", partner, Shop.CURRENCY)));
    } catch (ProblemException e) {
      // nothing, or less than the minimum
    }
    long whole = Math.floorDiv(due, 1_000_000L) * 1_000_000;
    long expected = due >= least && whole > 0 ? whole : 0;
    Violation.unless(
        last.map(Payout::paidMicros).orElse(0L) == expected,
        "partner %s has %d coming, got %s",
        partner,
        due,
        last);
    for (Payouts.Paid paid : payouts.list(partner)) {
      long micros = payouts.read(paid).paidMicros();
      Violation.unless(
          micros >= Math.max(least, 1), "partner %s got %d < %d", partner, micros, least);
    }
  }

  private void marketsAreReconciled() {
    MarketPayouts payouts = new MarketPayouts(world.base(), shop);
    for (String channel : shop.channels(ChannelKind.MARKETPLACE)) {
      for (YearMonth month : earned.months()) {
        List<MarketPayouts.Reconciled> rows = payouts.of(channel, month);
        long missing = rows.stream().mapToLong(MarketPayouts.Reconciled::differenceMicros).sum();
        long owed = earned.due(channel, month).netMicros();
        Violation.unless(
            missing == -owed,
            "market %s owes %d for %s, reconciled %s",
            channel,
            owed,
            month,
            rows);
      }
    }
  }
}
