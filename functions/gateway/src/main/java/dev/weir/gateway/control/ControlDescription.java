package dev.weir.gateway.control;

import dev.weir.core.bill.ExplainCall;
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

  /** Of a query for a month. */
  static final String THIS_MONTH = "Such as 2026-11; this one if absent.";

  private ControlDescription() {}

  /** Every route of {@link Control#routes}. */
  public static List<Described> all() {
    return Stream.of(
            training(),
            endpoints(),
            channels(),
            SalesDescription.all(),
            limits(),
            notices(),
            MoneyDescription.all(),
            insight())
        .flatMap(List::stream)
        .toList();
  }

  static Described get(String path, String summary) {
    return Described.of("GET " + ROOT + path, summary);
  }

  static Described put(String path, String summary) {
    return Described.of("PUT " + ROOT + path, summary);
  }

  static Described post(String path, String summary) {
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

  private static List<Described> limits() {
    return List.of(
        get("limits", "Every rate and budget.").lists(Limit.class),
        get("limits/{id}", "One rate or budget.").answers(Limit.class),
        put(
                "limits/{id}",
                "Sets a rate or a budget; it holds everywhere 10 s later. A budget of money counts"
                    + " each call at the plan's dearest tier, without what is included or"
                    + " discounted.")
            .body(LimitRoutes.LimitBody.class)
            .answers(Limit.class),
        post("limits/{id}/remove", "Takes a limit away.").answers(Limit.class),
        get("budgets", "How the budgets of a month stand.")
            .lists(LimitRoutes.BudgetView.class)
            .query("month", THIS_MONTH),
        get("budgets/{id}", "How a budget stands: spent, reserved, and the bound of both.")
            .answers(LimitRoutes.BudgetView.class)
            .query("month", THIS_MONTH),
        get("budget-alerts", "Budgets of a month that reached 50, 80 or 100 %.")
            .lists(Alert.class)
            .query("month", THIS_MONTH));
  }

  private static List<Described> notices() {
    return List.of(
        get("notices", "A month's notices: budgets, unpaid invoices, incidents; and who got them.")
            .lists(Notices.Told.class)
            .query("month", THIS_MONTH),
        post("notices/{id}/resend", "Tells it again to whom telling it FAILED.")
            .body(NoticeRoutes.ResendBody.class)
            .answers(Notices.Told.class),
        get("notice-targets", "Who is told, and how.").lists(Target.class),
        put("notice-targets/{id}", "Tells somebody, by a signed webhook or in a chat.")
            .body(NoticeRoutes.TargetBody.class)
            .answers(NoticeRoutes.TargetView.class),
        post("notice-targets/{id}/remove", "Tells it nothing more.").answers(Target.class),
        post("notice-targets/{id}/test", "Sends it a notice of type `test` now.")
            .answers(Delivery.class));
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
