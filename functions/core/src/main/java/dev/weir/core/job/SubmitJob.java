package dev.weir.core.job;

import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Names;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes a recipe, holds it against its dataset, prices it, and queues its first attempt.
 * Thread-safe.
 */
public final class SubmitJob {

  private final Ports ports;
  private final Datasets datasets;
  private final Outbox outbox;
  private final Ids ids;
  private final Supplier<ComputeRate> rate;

  /**
   * @param rate what compute costs now; pinned to the job
   */
  public SubmitJob(Ports ports, Supplier<ComputeRate> rate) {
    this.ports = ports;
    this.datasets = new Datasets(ports);
    this.outbox = new Outbox(ports);
    this.ids = new Ids(ports.clock());
    this.rate = rate;
  }

  /** The message that launches an attempt, on queue {@link Queues#JOBS} in the job's group. */
  record Launch(String jobId, int attempt) {}

  static Write launch(Outbox outbox, Job.Submitted job) {
    String id = job.spec().id();
    return outbox.row(Queues.JOBS, id, Json.write(new Launch(id, job.attempt())));
  }

  /** What the job would be, and cost, without starting it. */
  public JobSpec plan(String model, Recipe recipe) {
    Names.check("model", model);
    DatasetVersion dataset = datasets.require(recipe.data().dataset(), recipe.data().version());
    RecipeCheck.check(recipe, dataset);
    return new JobSpec(
        ids.next(),
        model,
        recipe.pinned(dataset.version(), RecipeCheck.pinnedFeatures(recipe, dataset.schema())),
        dataset.sha256(),
        Estimate.of(recipe, dataset, rate.get()),
        ports.clock().instant());
  }

  /**
   * Submits a job that makes the next version of {@code model}.
   *
   * @throws dev.weir.core.problem.ProblemException 404 where there is no such dataset, 422 where
   *     recipe and dataset do not fit, each violation with its JSON pointer
   */
  public Job.Submitted submit(String model, Recipe recipe) {
    Job.Submitted job = new Job.Submitted(plan(model, recipe), 1, Optional.empty(), List.of());
    List<Write> writes = new ArrayList<>(JobStore.create(job));
    writes.add(launch(outbox, job));
    Outcome outcome = ports.table().commit(writes);
    if (!outcome.applied()) {
      throw new PortException("job " + job.spec().id() + " could not be stored: " + outcome);
    }
    outbox.flush(Outbox.rows(writes));
    return job;
  }
}
