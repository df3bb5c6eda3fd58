package dev.weir.core.job;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Loads jobs and moves them from state to state, each time at the version that was read. */
final class JobStore {

  private static final int TRIES_MAX = 20;

  private final Ports ports;

  JobStore(Ports ports) {
    this.ports = ports;
  }

  /** A job with the version of its row. */
  record Stored(Job job, long version) {}

  /** What to become, with writes of the same commit. */
  record Step(Job job, List<Write> writes) {
    static Step to(Job job) {
      return new Step(job, List.of());
    }
  }

  Optional<Stored> find(String id) {
    return ports
        .table()
        .get(Keys.state(id))
        .map(i -> new Stored(Json.read(i.body(), Job.class), i.version()));
  }

  Stored require(String id) {
    return find(id)
        .orElseThrow(() -> new ProblemException(Problem.notFound("there is no job " + id)));
  }

  /** Writes a new job and its index rows. */
  static List<Write> create(Job.Submitted job) {
    String id = job.spec().id();
    return List.of(
        Write.put(Keys.state(id), body(job), Condition.ABSENT),
        Write.put(Keys.summary(id), Json.write(JobSummary.of(job)), Condition.ABSENT),
        Write.put(Keys.live(id), "{}"));
  }

  /**
   * Reads the job, asks what it should become, and commits that; again where another was faster.
   *
   * @param next empty: leave it as it is
   */
  Job move(String id, Function<Job, Optional<Step>> next) {
    for (int i = 0; i < TRIES_MAX; i++) {
      Stored stored = require(id);
      Optional<Step> step = next.apply(stored.job());
      if (step.isEmpty()) {
        return stored.job();
      }
      Job to = step.get().job();
      List<Write> writes = new ArrayList<>();
      writes.add(Write.put(Keys.state(id), body(to), Condition.atVersion(stored.version())));
      if (!to.state().equals(stored.job().state())) {
        writes.add(Write.put(Keys.summary(id), Json.write(JobSummary.of(to))));
        if (!(to instanceof Job.Submitted) && !(to instanceof Job.Live)) {
          writes.add(Write.delete(Keys.live(id)));
        }
      }
      writes.addAll(step.get().writes());
      Outcome outcome = ports.table().commit(writes);
      if (outcome.applied()) {
        return to;
      }
      if (outcome instanceof Outcome.Unknown && appliedAfterAll(id, to)) {
        return to;
      }
    }
    throw new PortException("job " + id + " could not be changed: too many others change it");
  }

  private boolean appliedAfterAll(String id, Job to) {
    @Nullable Stored now = find(id).orElse(null);
    return now != null && now.job().equals(to);
  }

  private static String body(Job job) {
    return Json.write(job);
  }
}
