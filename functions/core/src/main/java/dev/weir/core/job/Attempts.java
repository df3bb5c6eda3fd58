package dev.weir.core.job;

import dev.weir.core.job.JobStore.Step;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an attempt ends without success: one more, or the end of the job. */
final class Attempts {

  private final Ports ports;
  private final JobStore store;
  private final Outbox outbox;

  Attempts(Ports ports, Outbox outbox) {
    this.ports = ports;
    this.store = new JobStore(ports);
    this.outbox = outbox;
  }

  /** The live attempt; a 409 problem where another, or none, is live. */
  static Job.Live live(Job job, int attempt) {
    if (job instanceof Job.Live live && live.attempt() == attempt) {
      return live;
    }
    String now =
        job instanceof Job.Live live ? "attempt " + live.attempt() + " is live" : job.state();
    throw new ProblemException(
        Problem.conflict("attempt " + attempt + " of job " + job.spec().id() + " is over: " + now));
  }

  Job end(String jobId, int attempt, String reason, String logTail, boolean retryable) {
    List<Write> sent = new ArrayList<>();
    Job next =
        store.move(
            jobId,
            job -> {
              sent.clear();
              Step step = step(live(job, attempt), reason, logTail, retryable);
              sent.addAll(step.writes());
              return Optional.of(step);
            });
    outbox.flush(Outbox.rows(sent));
    return next;
  }

  private Step step(Job.Live live, String reason, String logTail, boolean retryable) {
    Instant now = ports.clock().instant();
    String shortReason = head(reason, JobLimits.REASON_MAX_CHARS);
    String tail = tail(logTail, JobLimits.LOG_TAIL_MAX_CHARS);
    if (live.stopRequested()) {
      return Step.to(live.stop(now, tail));
    }
    if (retryable && live.attempt() < live.spec().recipe().retries().attempts()) {
      Job.Submitted again = live.retry(now, shortReason);
      return new Step(again, List.of(SubmitJob.launch(outbox, again)));
    }
    return Step.to(live.fail(now, shortReason, tail));
  }

  private static String head(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max);
  }

  private static String tail(String text, int max) {
    return text.length() <= max ? text : text.substring(text.length() - max);
  }
}
