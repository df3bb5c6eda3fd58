package dev.weir.gateway.control;

import dev.weir.core.bill.Invoice;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.Plugin;
import dev.weir.core.dataset.DatasetSummary;
import dev.weir.core.infer.Call;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.meter.Incident;
import dev.weir.gateway.openapi.Described;
import java.util.List;
import java.util.stream.Stream;

/** What the OpenAPI document says of the control API's routes. */
public final class ControlDescription {

  private static final String ROOT = "/control/v1/";

  private ControlDescription() {}

  /** Every route of {@link Control#routes}. */
  public static List<Described> all() {
    return Stream.of(training(), endpoints(), channels(), catalog(), accounts(), money(), insight())
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
        get("ledger", "Every account's balance.").answers(StatementRoutes.LedgerView.class));
  }

  private static List<Described> insight() {
    return List.of(
        get("overview", "What each channel earned.").answers(InsightRoutes.Overview.class),
        get("conversations", "The latest conversations.")
            .lists(InsightRoutes.ConversationView.class)
            .query("channel", "Only this channel's.")
            .query("limit", "1 to 100; 20 if absent."),
        get("calls/{id}", "A call that has a row.").answers(Call.class),
        get("incidents", "What went wrong and was noted.").lists(Incident.class),
        get("proof", "The sums that must be equal.").answers(InsightRoutes.ProofView.class));
  }
}
