package dev.weir.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.dataset.AddDataset;
import dev.weir.core.dataset.Answers;
import dev.weir.core.dataset.DatasetSummary;
import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.dataset.Format;
import dev.weir.core.dataset.OnBadRow;
import dev.weir.core.dataset.Schema;
import dev.weir.core.feedback.Erasures;
import dev.weir.core.job.ComputeRate;
import dev.weir.core.job.Job;
import dev.weir.core.job.Jobs;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.job.RecipeParser;
import dev.weir.core.job.StopJob;
import dev.weir.core.job.SubmitJob;
import dev.weir.core.model.ModelSummary;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Paged;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Datasets, jobs, models. */
final class TrainingRoutes {

  private final Ports ports;
  private final Datasets datasets;
  private final Erasures erasures;
  private final Jobs jobs;
  private final SubmitJob submit;
  private final StopJob stop;
  private final Models models;
  private final Ids ids;

  TrainingRoutes(Ports ports, Supplier<ComputeRate> rate) {
    this.ports = ports;
    this.datasets = new Datasets(ports);
    this.erasures = new Erasures(ports);
    this.jobs = new Jobs(ports);
    this.submit = new SubmitJob(ports, rate);
    this.stop = new StopJob(ports);
    this.models = new Models(ports);
    this.ids = new Ids(ports.clock());
  }

  void addTo(Router router) {
    router
        .post("/control/v1/uploads", this::upload)
        .post("/control/v1/datasets", this::addDataset)
        .get("/control/v1/datasets", this::datasets)
        .get("/control/v1/datasets/{name}", r -> dataset(r, Optional.empty()))
        .get("/control/v1/datasets/{name}/{version}", r -> dataset(r, Optional.of(version(r))))
        .get("/control/v1/datasets/{name}/{version}/subjects", this::subjects)
        .post("/control/v1/jobs", this::submit)
        .get("/control/v1/jobs", this::jobs)
        .get("/control/v1/jobs/{id}", r -> Response.ok(view(jobs.require(r.path("id")))))
        .get("/control/v1/jobs/{id}/metrics", this::metrics)
        .post("/control/v1/jobs/{id}/stop", this::stopJob)
        .get("/control/v1/models", this::models)
        .get("/control/v1/models/{name}", this::model)
        .put("/control/v1/models/{name}/aliases/{alias}", this::alias);
  }

  static Paged.Request page(Request request) {
    int limit = request.query("limit", Paged.Request.LIMIT_MAX, 1, Listing.LIMIT_MAX);
    return new Paged.Request(Math.min(limit, Paged.Request.LIMIT_MAX), request.query("page"));
  }

  record UploadBody(Optional<Long> bytes) {}

  record UploadView(String upload, String url, Instant expiresAt) {}

  private Response upload(Request request) {
    request.json(UploadBody.class);
    String id = ids.next();
    Instant expires = ports.clock().instant().plus(Datasets.UPLOAD_LIFETIME);
    return Response.json(201, new UploadView(id, datasets.presignUpload(id).toString(), expires));
  }

  record DatasetBody(
      String name,
      Format format,
      String upload,
      Optional<OnBadRow> onBadRow,
      Optional<Schema> schema,
      Optional<Answers> answers) {}

  private Response addDataset(Request request) {
    DatasetBody body = request.json(DatasetBody.class);
    AddDataset command =
        new AddDataset(
            body.name(),
            body.format(),
            body.schema(),
            body.onBadRow().orElse(OnBadRow.REFUSE),
            body.answers());
    return Response.json(
        201, view(datasets.addUpload(command, body.upload(), erasures.forgotten())));
  }

  record DatasetView(
      String name,
      int version,
      Format format,
      long rows,
      int columns,
      long bytes,
      String sha256,
      boolean answers,
      Optional<Integer> subjects,
      Instant createdAt,
      Object profile) {}

  private static DatasetView view(DatasetVersion d) {
    return new DatasetView(
        d.name(),
        d.version(),
        d.format(),
        d.profile().rows(),
        d.schema().columns().size(),
        d.bytes(),
        d.sha256(),
        d.answersBlob().isPresent(),
        d.subjects().map(DatasetVersion.Subjects::count),
        d.createdAt(),
        d.profile());
  }

  private Response datasets(Request request) {
    Paged<DatasetSummary> page = datasets.list(page(request));
    return Response.ok(new Listing<>(page.items(), page.next()));
  }

  private Response dataset(Request request, Optional<Integer> version) {
    return Response.ok(view(datasets.require(request.path("name"), version)));
  }

  private static int version(Request request) {
    return Numbers.parse("version", request.path("version"), 1, 1 << 30);
  }

  /** The ids of those whose words a version holds, as hashes. */
  private Response subjects(Request request) {
    DatasetVersion dataset = datasets.require(request.path("name"), Optional.of(version(request)));
    Paged<String> page = datasets.subjects(dataset, page(request));
    return Response.ok(new Listing<>(page.items(), page.next()));
  }

  record JobBody(String model, JsonNode recipe) {}

  private Response submit(Request request) {
    JobBody body = request.json(JobBody.class);
    Job job = submit.submit(body.model(), RecipeParser.parse(body.recipe()));
    // The launch waits in the outbox: send it now rather than at the next sweep.
    new Outbox(ports).flush();
    return Response.json(202, view(job));
  }

  private Response jobs(Request request) {
    var page = jobs.list(page(request));
    List<JobView> items =
        page.items().stream().map(summary -> view(jobs.require(summary.id()))).toList();
    return Response.ok(new Listing<>(items, page.next()));
  }

  private static JobView view(Job job) {
    return JobView.of(job);
  }

  private Response metrics(Request request) {
    Paged<MetricPoint> page = jobs.metrics(request.path("id"), page(request));
    return Response.ok(new Listing<>(page.items(), page.next()));
  }

  private Response stopJob(Request request) {
    return Response.json(202, view(stop.stop(request.path("id"))));
  }

  record ModelView(
      String name,
      int latest,
      String task,
      Map<String, Integer> aliases,
      Map<String, Double> metrics,
      Instant createdAt) {}

  private Response models(Request request) {
    Paged<ModelSummary> page = models.list(page(request));
    List<ModelView> items =
        page.items().stream()
            .map(m ->
                new ModelView(
                    m.name(),
                    m.latest(),
                    m.task().wireName(),
                    models.aliases(m.name()),
                    m.metrics(),
                    m.createdAt()))
            .toList();
    return Response.ok(new Listing<>(items, page.next()));
  }

  record ModelVersions(
      String name,
      Map<String, Integer> aliases,
      List<ModelVersion> versions,
      Optional<String> next) {}

  private Response model(Request request) {
    String name = request.path("name");
    Paged<ModelVersion> page = models.versions(name, page(request));
    if (page.items().isEmpty() && request.query("page").isEmpty()) {
      throw new ProblemException(Problem.notFound("no model \"" + name + "\""));
    }
    return Response.ok(new ModelVersions(name, models.aliases(name), page.items(), page.next()));
  }

  record AliasBody(int version) {}

  record AliasesView(String name, Map<String, Integer> aliases) {}

  private Response alias(Request request) {
    String name = request.path("name");
    models.setAlias(name, request.path("alias"), request.json(AliasBody.class).version());
    return Response.ok(new AliasesView(name, models.aliases(name)));
  }
}
