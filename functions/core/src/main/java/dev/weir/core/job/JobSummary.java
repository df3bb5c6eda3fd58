package dev.weir.core.job;

import dev.weir.core.model.Task;
import java.time.Instant;

/** A job as lists show it. */
public record JobSummary(
    String id, String model, Task recipe, String state, int attempts, Instant submittedAt) {

  static JobSummary of(Job job) {
    int live = job instanceof Job.Live ? 1 : 0;
    return new JobSummary(
        job.spec().id(),
        job.spec().model(),
        job.spec().recipe().recipe(),
        job.state(),
        job.ended().size() + live,
        job.spec().submittedAt());
  }
}
