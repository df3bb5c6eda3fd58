package dev.weir.gateway.control;

import dev.weir.core.job.AttemptEnd;
import dev.weir.core.job.Job;
import dev.weir.core.job.JobSpec;
import dev.weir.core.job.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A job as the API shows it.
 *
 * @param progress 0 to 1
 * @param value the stopping metric's value: of the validation data while it runs, of the test data
 *     once it succeeded
 */
record JobView(
    String id,
    String state,
    String model,
    String dataset,
    String recipe,
    int attempt,
    double progress,
    String phase,
    Optional<Integer> epoch,
    Optional<Integer> epochs,
    Optional<Double> loss,
    String metric,
    Optional<Double> value,
    Optional<Double> baseline,
    Optional<Long> etaSeconds,
    Map<String, Double> metrics,
    Instant submittedAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<String> reason,
    Optional<String> logTail,
    Optional<Integer> modelVersion,
    long estimateMicros,
    long costMicros,
    String currency,
    List<AttemptEnd> attempts) {

  static JobView of(Job job) {
    return switch (job) {
      case Job.Submitted s -> base(job, s.attempt(), Optional.empty(), Progress.NONE).build();
      case Job.Starting s ->
          base(job, s.attempt(), Optional.of(s.startedAt()), Progress.NONE).build();
      case Job.Running r ->
          base(job, r.attempt(), Optional.of(r.startedAt()), r.progress()).build();
      case Job.Succeeded s -> base(job, s.attempt(), first(job), Progress.NONE).succeeded(s);
      case Job.Failed f ->
          base(job, attempts(job), first(job), Progress.NONE)
              .over(f.finishedAt(), f.reason(), f.logTail());
      case Job.Stopped s ->
          base(job, attempts(job), first(job), Progress.NONE)
              .over(s.finishedAt(), s.reason(), s.logTail());
    };
  }

  private static int attempts(Job job) {
    return job.ended().isEmpty() ? 1 : job.ended().getLast().attempt();
  }

  private static Optional<Instant> first(Job job) {
    return job.ended().stream().map(AttemptEnd::startedAt).findFirst();
  }

  private static Draft base(Job job, int attempt, Optional<Instant> startedAt, Progress progress) {
    return new Draft(job, attempt, startedAt, progress);
  }

  /** The part that all states have. */
  private record Draft(Job job, int attempt, Optional<Instant> startedAt, Progress progress) {

    JobView build() {
      return view(progress.fraction(), progress.metric(), Map.of(), Optional.empty(), "", "", 0);
    }

    JobView succeeded(Job.Succeeded s) {
      Optional<Double> value = Optional.ofNullable(s.metrics().get(metric()));
      return view(1.0, value, s.metrics(), Optional.of(s.finishedAt()), "", "", s.modelVersion());
    }

    JobView over(Instant at, String reason, String logTail) {
      return view(
          progress.fraction(), Optional.empty(), Map.of(), Optional.of(at), reason, logTail, 0);
    }

    private String metric() {
      return job.spec().recipe().stopping().metric().wireName();
    }

    private JobView view(
        double fraction,
        Optional<Double> value,
        Map<String, Double> metrics,
        Optional<Instant> endedAt,
        String reason,
        String logTail,
        int version) {
      JobSpec spec = job.spec();
      boolean counting = progress.epochs() > 0;
      return new JobView(
          spec.id(),
          job.state().toUpperCase(Locale.ROOT),
          spec.model(),
          spec.recipe().data().dataset(),
          spec.recipe().recipe().wireName(),
          attempt,
          fraction,
          progress.phase(),
          counting ? Optional.of(progress.epoch()) : Optional.empty(),
          counting ? Optional.of(progress.epochs()) : Optional.empty(),
          progress.loss(),
          metric(),
          value,
          Optional.ofNullable(metrics.get("baseline")),
          progress.secondsLeft(),
          metrics,
          spec.submittedAt(),
          startedAt,
          endedAt,
          some(reason),
          some(logTail),
          version == 0 ? Optional.empty() : Optional.of(version),
          spec.estimate().micros(),
          job.costMicros(),
          spec.estimate().rate().currency(),
          job.ended());
    }

    private static Optional<String> some(String text) {
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
  }
}
