package dev.weir.gateway.control;

import static dev.weir.gateway.control.ControlDescription.THIS_MONTH;
import static dev.weir.gateway.control.ControlDescription.get;
import static dev.weir.gateway.control.ControlDescription.post;
import static dev.weir.gateway.control.ControlDescription.put;

import dev.weir.core.bill.Clawback;
import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.IdleCosts;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Issuer;
import dev.weir.core.bill.Payment;
import dev.weir.core.bill.PaymentEvent;
import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.Periods;
import dev.weir.core.bill.SponsorBill;
import dev.weir.core.bill.SponsorBills;
import dev.weir.gateway.openapi.Described;
import java.util.List;
import java.util.stream.Stream;

/** Of what was used, what is owed for it, and who is paid. */
final class MoneyDescription {

  private static final String LANGUAGE = "zh or en; that of the currency if absent.";

  private MoneyDescription() {}

  static List<Described> all() {
    return Stream.of(money(), invoices(), payouts(), sponsors()).flatMap(List::stream).toList();
  }

  private static List<Described> money() {
    return List.of(
        get("usage", "What was used, by hour and meter.")
            .lists(UsageRoutes.UsageView.class)
            .query("from", "First hour, inclusive.")
            .query("to", "Last hour, exclusive.")
            .query("by", "`channel` adds agreements up.")
            .query("channel", "Only this channel's.")
            .query("agreement", "Only this agreement's.")
            .query("meter", "Only this meter."),
        get("lines", "Rated lines, newest first.")
            .lists(dev.weir.core.bill.Line.class)
            .query("month", "Of one month, such as 2026-11; else of this one and the one before.")
            .query("channel", "Only this channel's.")
            .query("agreement", "Only this agreement's.")
            .paged(),
        get("lines/{id}/explanation", "Walks from an amount to its calls and adds them up again.")
            .answers(LineRoutes.ExplanationView.class),
        get("statements", "A month's statements.")
            .lists(StatementRoutes.StatementView.class)
            .query("month", THIS_MONTH)
            .query("kind", "invoice, settlement, reconciliation or profit."),
        post("statements", "Issues what is due for a month.")
            .body(StatementRoutes.IssueBody.class)
            .answers(StatementRoutes.IssueView.class),
        get("statements/{id}", "An invoice as it was issued; others as a list.")
            .answers(Invoice.class),
        get("ledger", "Every account's balance.").answers(StatementRoutes.LedgerView.class),
        get("ledger/closed", "The closed months.").lists(Periods.Closed.class),
        post("ledger/closed", "Closes a month; what comes late counts for the open one.")
            .body(LedgerRoutes.CloseBody.class)
            .answers(Periods.Closed.class),
        get("idle/{day}", "How a day's idle host time was shared.").answers(IdleCosts.Day.class),
        get("profit", "What is left of each channel, customer or model.")
            .lists(LedgerRoutes.ProfitView.class)
            .query("by", "channel, customer or model; channel if absent.")
            .query("month", "Such as 2026-11; all months if absent."));
  }

  private static List<Described> invoices() {
    return List.of(
        get("issuer", "Who issues, as documents print it.").answers(Issuer.class),
        put("issuer", "States who issues.")
            .body(InvoiceRoutes.IssuerBody.class)
            .answers(Issuer.class),
        get("invoices", "Issued invoices with what is open of them.")
            .lists(InvoiceRoutes.InvoiceView.class)
            .query("agreement", "Only this agreement's.")
            .query("open", "`true`: only those of which something is open."),
        get("invoices/{number}", "An invoice's own bytes.").answers(Invoice.class),
        get("invoices/{number}/pdf", "An invoice on paper.").query("lang", LANGUAGE).pdf(),
        get("invoices/{number}/payments", "What was asked for and paid of it.")
            .lists(Payment.class),
        post("invoices/{number}/credit-notes", "Corrects an invoice, once per id.")
            .body(InvoiceRoutes.CreditBody.class)
            .answers(201, CreditNote.class),
        get("credit-notes", "Every credit note.").lists(CreditNote.class),
        get("credit-notes/{number}", "A credit note's own bytes.").answers(CreditNote.class),
        get("credit-notes/{number}/pdf", "A credit note on paper.").query("lang", LANGUAGE).pdf(),
        get("dunning", "Invoices that are asked for, with the steps taken.")
            .lists(Dunning.Open.class),
        post("payments", "Asks for the payment of an invoice, once per id.")
            .body(InvoiceRoutes.PaymentBody.class)
            .answers(201, Payment.class),
        get("payments/{id}", "One payment.").answers(Payment.class),
        post("payments/{id}/events", "What a provider says of a payment, once per id.")
            .body(PaymentEvent.class)
            .answers(Payment.class),
        post("payments/{id}/refunds", "Gives back a part of a payment, once per id.")
            .body(InvoiceRoutes.RefundBody.class)
            .answers(Payment.class));
  }

  private static List<Described> payouts() {
    return List.of(
        get("partners/{partner}/due", "What a partner has coming.")
            .answers(PayoutRoutes.DueView.class)
            .query("currency", "Such as CNY; required."),
        put("partners/{partner}/minimum", "Below it a partner's due is carried over.")
            .body(Payouts.Minimum.class)
            .answers(Payouts.Minimum.class),
        get("partners/{partner}/payouts", "A partner's payouts.").lists(Payout.class),
        post("partners/{partner}/payouts", "Pays a partner what is due, once per id.")
            .body(PayoutRoutes.PayBody.class)
            .answers(201, Payout.class),
        get("partners/{partner}/payouts/{number}", "A statement's own bytes.")
            .answers(Payout.class),
        get("partners/{partner}/payouts/{number}/pdf", "A statement on paper.")
            .query("lang", LANGUAGE)
            .pdf(),
        post("partners/{partner}/clawbacks", "Takes back a share, once per id.")
            .body(PayoutRoutes.ClawbackBody.class)
            .answers(201, Clawback.class),
        post("channels/{id}/payouts", "Records what a market paid, once per id.")
            .body(PayoutRoutes.MarketBody.class)
            .answersList(201, PayoutRoutes.ReconciledView.class),
        get("channels/{id}/reconciliation", "Ours, sent, accepted, paid.")
            .lists(PayoutRoutes.ReconciledView.class)
            .query("month", THIS_MONTH));
  }

  private static List<Described> sponsors() {
    return List.of(
        get("sponsor-bills", "What sponsors owe for the use that they pay for.")
            .lists(SponsorRoutes.BillView.class),
        post("sponsor-bills", "Bills sponsors for a month that is over.")
            .body(StatementRoutes.IssueBody.class)
            .lists(SponsorRoutes.BillView.class),
        get("sponsor-bills/{number}", "A bill's own bytes.").answers(SponsorBill.class),
        get("sponsor-bills/{number}/pdf", "A bill on paper.").query("lang", LANGUAGE).pdf(),
        post("sponsor-bills/{number}/payments", "Records that a sponsor paid, once per id.")
            .body(SponsorRoutes.PayBody.class)
            .answers(201, SponsorBills.Paid.class));
  }
}
