package dev.weir.gateway.control;

import dev.weir.core.bill.ChangePlan;
import dev.weir.core.bill.Clawback;
import dev.weir.core.bill.CreditNote;
import dev.weir.core.bill.Dunning;
import dev.weir.core.bill.ExplainCall;
import dev.weir.core.bill.IdleCosts;
import dev.weir.core.bill.Invoice;
import dev.weir.core.bill.Issuer;
import dev.weir.core.bill.Payment;
import dev.weir.core.bill.PaymentEvent;
import dev.weir.core.bill.Payout;
import dev.weir.core.bill.Payouts;
import dev.weir.core.bill.Periods;
import dev.weir.core.bill.Project;
import dev.weir.core.bill.SponsorBill;
import dev.weir.core.bill.SponsorBills;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.Plugin;
import dev.weir.core.dataset.DatasetSummary;
import dev.weir.core.infer.Call;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.limit.Alert;
import dev.weir.core.limit.Limit;
import dev.weir.core.meter.Incident;
import dev.weir.core.notice.Delivery;
import dev.weir.core.notice.Notices;
import dev.weir.core.notice.Target;
import dev.weir.gateway.openapi.Described;
import java.util.List;
import java.util.stream.Stream;

/** What the OpenAPI document says of the control API's routes. */
public final class ControlDescription {

  private static final String ROOT = "/control/v1/";

  private ControlDescription() {}

  /** Every route of {@link Control#routes}. */
  public static List<Described> all() {
    return Stream.of(
            training(),
            endpoints(),
            channels(),
            catalog(),
            pricing(),
            agreements(),
            accounts(),
            limits(),
            notices(),
            money(),
            invoices(),
            payouts(),
            sponsors(),
            insight())
        .flatMap(List::stream)
        .toList();
  }

  private static Described get(String path, String summary) {
    return Described.of("GET " + ROOT + path, summary);
  }

  private static Described put(String path, String summary) {
    return Described.of("PUT " + ROOT + path, summary);
  }

  private static Described post(String path, String summary) {
    return Described.of("POST " + ROOT + path, summary);
  }

  private static List<Described> training() {
    return List.of(
        post("uploads", "A place to put a file: PUT it to the URL that is answered.")
            .body(TrainingRoutes.UploadBody.class)
            .answers(201, TrainingRoutes.UploadView.class),
        post("datasets", "Checks an upload and makes it a dataset's next version.")
            .body(TrainingRoutes.DatasetBody.class)
            .answers(201, TrainingRoutes.DatasetView.class),
        get("datasets", "Every dataset's latest version.").lists(DatasetSummary.class).paged(),
        get("datasets/{name}", "A dataset's latest version with its profile.")
            .answers(TrainingRoutes.DatasetView.class),
        get("datasets/{name}/{version}", "A dataset's version with its profile.")
            .answers(TrainingRoutes.DatasetView.class),
        get("datasets/{name}/{version}/subjects", "Whose words it holds, as SHA-256 hashes.")
            .lists(String.class)
            .paged(),
        post("jobs", "Submits a recipe.")
            .body(TrainingRoutes.JobBody.class)
            .answers(202, JobView.class),
        get("jobs", "Jobs, newest first.").lists(JobView.class).paged(),
        get("jobs/{id}", "One job.").answers(JobView.class),
        get("jobs/{id}/metrics", "What a job measured on the way.")
            .lists(MetricPoint.class)
            .paged(),
        post("jobs/{id}/stop", "Asks a job to keep a checkpoint and end.")
            .answers(202, JobView.class),
        get("models", "Every model.").lists(TrainingRoutes.ModelView.class).paged(),
        get("models/{name}", "A model's versions.")
            .answers(TrainingRoutes.ModelVersions.class)
            .paged(),
        put("models/{name}/aliases/{alias}", "Moves an alias.")
            .body(TrainingRoutes.AliasBody.class)
            .answers(TrainingRoutes.AliasesView.class));
  }

  private static List<Described> endpoints() {
    return List.of(
        get("endpoints", "Every endpoint.").lists(EndpointRoutes.EndpointView.class),
        get("endpoints/{name}", "One endpoint.").answers(EndpointRoutes.EndpointView.class),
        put("endpoints/{name}", "Deploys a model's version, or connects a remote service.")
            .body(EndpointRoutes.EndpointBody.class)
            .answers(EndpointRoutes.EndpointView.class),
        post("endpoints/{name}/try", "The vendor's own try-out: not counted, not billed.")
            .body("PredictRequest")
            .answers("PredictAnswer"));
  }

  private static List<Described> channels() {
    return List.of(
        get("plugins", "Every plugin that is known.").lists(Plugin.class),
        put("plugins/{id}", "Says what a plugin's manifest declares.")
            .body(Plugin.class)
            .answers(Plugin.class),
        get("channels", "Every channel.").lists(ChannelRoutes.ChannelView.class),
        get("channels/{id}", "One channel.").answers(ChannelRoutes.ChannelView.class),
        put("channels/{id}", "Opens a channel or changes one.")
            .body(ChannelRoutes.ChannelBody.class)
            .answers(ChannelRoutes.ChannelView.class));
  }

  private static List<Described> catalog() {
    return List.of(
        get("products", "Every product.").lists(Product.class),
        put("products/{id}", "Adds or changes a product.")
            .body(CatalogRoutes.ProductBody.class)
            .answers(Product.class),
        get("meters", "Everything that is counted.").lists(Meter.class),
        put("meters/{id}", "Adds a meter.")
            .body(CatalogRoutes.MeterBody.class)
            .answers(Meter.class),
        get("plans", "Every plan.").lists(Plan.class),
        get("plans/{id}", "A plan with its prices.").answers(CatalogRoutes.PlanWithPrices.class),
        put("plans/{id}", "Adds or changes a plan.")
            .body(CatalogRoutes.PlanBody.class)
            .answers(Plan.class),
        put("plans/{id}/prices/{version}", "States a price; one that is there never changes.")
            .body(CatalogRoutes.PriceBody.class)
            .answers(PriceVersion.class),
        get("compute-prices", "What a second of a vCPU costs.").answers(ComputePrices.class),
        put("compute-prices", "States what a second of a vCPU costs.")
            .body(ComputePrices.class)
            .answers(ComputePrices.class));
  }

  private static List<Described> pricing() {
    return List.of(
        get("price-books/{channel}", "A channel's factors on its plans' prices, by time.")
            .lists(PriceBook.class),
        put("price-books/{channel}/{version}", "States the next version of a price book.")
            .body(PricingRoutes.BookBody.class)
            .answers(PriceBook.class),
        get("joint-products/{product}", "Who earns of a product, by time.")
            .lists(JointProduct.class),
        put("joint-products/{product}/{version}", "States the next version of who earns.")
            .body(PricingRoutes.JointBody.class)
            .answers(JointProduct.class),
        get("sponsorships", "Who pays for a channel's free use, and what is spent.")
            .lists(PricingRoutes.SponsorshipView.class)
            .query("channel", "Which; required.")
            .query("month", "Of which month, YYYY-MM (default: this one)."),
        put("sponsorships/{id}", "Adds a sponsor; one that is there never changes.")
            .body(PricingRoutes.SponsorBody.class)
            .answers(PricingRoutes.SponsorshipView.class),
        get("codes", "Every code, and how often it was redeemed.")
            .lists(PricingRoutes.CodeView.class),
        get("codes/{code}", "One code.").answers(PricingRoutes.CodeView.class),
        put("codes/{code}", "Adds a discount or gift code; one that is there never changes.")
            .body(PricingRoutes.CodeBody.class)
            .answers(PricingRoutes.CodeView.class));
  }

  private static List<Described> agreements() {
    return List.of(
        post("agreements/{id}/change", "Moves, pauses, resumes or cancels an agreement.")
            .body(AgreementRoutes.ChangeBody.class)
            .answers(AgreementRoutes.TermsView.class),
        post("agreements/{id}/preview", "What a change would charge and give back.")
            .body(AgreementRoutes.ChangeBody.class)
            .answers(ChangePlan.Preview.class),
        post("agreements/{id}/reinstate", "Serves a suspended agreement though it has not paid.")
            .answers(AgreementRoutes.TermsView.class),
        get("agreements/{id}/credits", "Credit, in the order in which it is used.")
            .answers(AgreementRoutes.CreditsView.class),
        post("agreements/{id}/credits", "Buys a credit pack that the plan offers.")
            .body(AgreementRoutes.BuyBody.class)
            .answers(201, AgreementRoutes.CreditsView.class),
        post("agreements/{id}/codes", "Redeems a code.")
            .body(AgreementRoutes.RedeemBody.class)
            .answers(PricingRoutes.CodeView.class),
        get("projects", "Every project.").lists(Project.class),
        get("projects/{id}", "A project with its milestones.").answers(Project.class),
        put("projects/{id}", "Agrees a project; one that is agreed never changes.")
            .body(ProjectRoutes.ProjectBody.class)
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/deliver", "It is delivered.")
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/send-back", "The customer does not take it.")
            .body(ProjectRoutes.SendBackBody.class)
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/accept", "Accepted: charged once.")
            .answers(Project.class));
  }

  private static List<Described> accounts() {
    return List.of(
        get("customers", "Customers.")
            .lists(dev.weir.core.account.Customer.class)
            .query("channel", "Only those who came through it.")
            .paged(),
        get("agreements", "What customers bought.")
            .lists(AccountRoutes.AgreementView.class)
            .query("channel", "Only those billed through it.")
            .paged(),
        post("agreements", "Sells a plan without a channel in between.")
            .body(AccountRoutes.SaleBody.class)
            .answers(201, AccountRoutes.AgreementView.class),
        get("agreements/{id}", "One agreement.").answers(AccountRoutes.AgreementView.class),
        post("agreements/{id}/end", "Ends an agreement; what was used stays billed.")
            .answers(AccountRoutes.AgreementView.class),
        get("keys", "An agreement's keys, without their secrets.")
            .lists(AccountRoutes.KeyView.class)
            .query("agreement", "Whose; required."),
        post("keys", "A new key, shown this once.")
            .body(AccountRoutes.IssueBody.class)
            .answers(201, AccountRoutes.NewKey.class),
        post("keys/{id}/revoke", "Ends a key at once.").answers(AccountRoutes.KeyView.class),
        post("keys/{id}/rotate", "A new secret; the old one works for a while.")
            .answers(201, AccountRoutes.NewKey.class));
  }

  private static List<Described> limits() {
    String month = "Such as 2026-11; this one if absent.";
    return List.of(
        get("limits", "Every rate and budget.").lists(Limit.class),
        get("limits/{id}", "One rate or budget.").answers(Limit.class),
        put("limits/{id}", "Sets a rate or a budget; it holds everywhere 10 s later.")
            .body(LimitRoutes.LimitBody.class)
            .answers(Limit.class),
        post("limits/{id}/remove", "Takes a limit away.").answers(Limit.class),
        get("budgets", "How the budgets of a month stand.")
            .lists(LimitRoutes.BudgetView.class)
            .query("month", month),
        get("budgets/{id}", "How a budget stands: spent, reserved, and the bound of both.")
            .answers(LimitRoutes.BudgetView.class)
            .query("month", month),
        get("budget-alerts", "Budgets of a month that reached 50, 80 or 100 %.")
            .lists(Alert.class)
            .query("month", month));
  }

  private static List<Described> notices() {
    return List.of(
        get("notices", "A month's notices: budgets, unpaid invoices, incidents; and who got them.")
            .lists(Notices.Told.class)
            .query("month", "Such as 2026-11; this one if absent."),
        get("notice-targets", "Who is told, and how.").lists(Target.class),
        put("notice-targets/{id}", "Tells somebody, by a signed webhook or in a chat.")
            .body(NoticeRoutes.TargetBody.class)
            .answers(NoticeRoutes.TargetView.class),
        post("notice-targets/{id}/remove", "Tells it nothing more.").answers(Target.class),
        post("notice-targets/{id}/test", "Sends it a notice of type `test` now.")
            .answers(Delivery.class));
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
            .query("month", "Such as 2026-11; this one if absent.")
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
    String lang = "zh or en; that of the currency if absent.";
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
        get("invoices/{number}/pdf", "An invoice on paper.").query("lang", lang).pdf(),
        get("invoices/{number}/payments", "What was asked for and paid of it.")
            .lists(Payment.class),
        post("invoices/{number}/credit-notes", "Corrects an invoice, once per id.")
            .body(InvoiceRoutes.CreditBody.class)
            .answers(201, CreditNote.class),
        get("credit-notes", "Every credit note.").lists(CreditNote.class),
        get("credit-notes/{number}", "A credit note's own bytes.").answers(CreditNote.class),
        get("credit-notes/{number}/pdf", "A credit note on paper.").query("lang", lang).pdf(),
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

  private static List<Described> sponsors() {
    return List.of(
        get("sponsor-bills", "What sponsors owe for the use that they pay for.")
            .lists(SponsorRoutes.BillView.class),
        post("sponsor-bills", "Bills sponsors for a month that is over.")
            .body(StatementRoutes.IssueBody.class)
            .lists(SponsorRoutes.BillView.class),
        get("sponsor-bills/{number}", "A bill's own bytes.").answers(SponsorBill.class),
        get("sponsor-bills/{number}/pdf", "A bill on paper.")
            .query("lang", "zh or en; that of the currency if absent.")
            .pdf(),
        post("sponsor-bills/{number}/payments", "Records that a sponsor paid, once per id.")
            .body(SponsorRoutes.PayBody.class)
            .answers(201, SponsorBills.Paid.class));
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
            .query("lang", "zh or en; that of the currency if absent.")
            .pdf(),
        post("partners/{partner}/clawbacks", "Takes back a share, once per id.")
            .body(PayoutRoutes.ClawbackBody.class)
            .answers(201, Clawback.class),
        post("channels/{id}/payouts", "Records what a market paid, once per id.")
            .body(PayoutRoutes.MarketBody.class)
            .answersList(201, PayoutRoutes.ReconciledView.class),
        get("channels/{id}/reconciliation", "Ours, sent, accepted, paid.")
            .lists(PayoutRoutes.ReconciledView.class)
            .query("month", "Such as 2026-11; this one if absent."));
  }

  private static List<Described> insight() {
    return List.of(
        get("overview", "What each channel earned.").answers(InsightRoutes.Overview.class),
        get("conversations", "The latest conversations.")
            .lists(InsightRoutes.ConversationView.class)
            .query("channel", "Only this channel's.")
            .query("limit", "1 to 100; 20 if absent."),
        get("calls/{id}", "A call that has a row.").answers(Call.class),
        get("calls/{id}/explanation", "Walks from a call to every amount that it is part of.")
            .lists(ExplainCall.Step.class)
            .query("from", "First hour that is searched; a week before the last if absent.")
            .query("to", "Last hour, exclusive; now if absent."),
        get("incidents", "What went wrong and was noted.").lists(Incident.class),
        post("incidents/{id}/resolve", "Notes how a person settled it.")
            .body(IncidentRoutes.ResolveBody.class)
            .answers(Incident.class),
        post("incidents/{id}/replay", "Counts refused facts once, or reports a line with the next.")
            .answers(Incident.class),
        get("proof", "The sums that must be equal.").answers(InsightRoutes.ProofView.class));
  }
}
