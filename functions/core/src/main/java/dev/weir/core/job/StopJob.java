package dev.weir.core.job;

import dev.weir.core.job.JobStore.Step;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Optional;

/** Stops a job: at once where nothing runs, else at its next heartbeat. Thread-safe. */
public final class StopJob {

  private final Ports ports;
  private final JobStore store;

  public StopJob(Ports ports) {
    this.ports = ports;
    this.store = new JobStore(ports);
  }

  /** Stopping again is fine; a job that succeeded or failed is a 409 problem. */
  public Job stop(String jobId) {
    return store.move(
        jobId,
        job ->
            switch (job) {
              case Job.Submitted submitted ->
                  Optional.of(Step.to(submitted.stop(ports.clock().instant())));
              case Job.Live live ->
                  live.stopRequested() ? Optional.empty() : Optional.of(Step.to(live.stopping()));
              case Job.Stopped _ -> Optional.empty();
              case Job.Succeeded _, Job.Failed _ ->
                  throw new ProblemException(
                      Problem.conflict("job " + jobId + " has " + job.state() + " already"));
            });
  }
}
