package dev.weir.core.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job in one of its states; a transition that makes no sense does not compile.
 *
 * <pre>
 * Submitted → Starting → Running → Succeeded
 *     ↑          ↓          ↓
 *     └── retry ─┴──────────┴→ Failed, Stopped
 * </pre>
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Job.Submitted.class, name = "submitted"),
  @JsonSubTypes.Type(value = Job.Starting.class, name = "starting"),
  @JsonSubTypes.Type(value = Job.Running.class, name = "running"),
  @JsonSubTypes.Type(value = Job.Succeeded.class, name = "succeeded"),
  @JsonSubTypes.Type(value = Job.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = Job.Stopped.class, name = "stopped")
})
public sealed interface Job {

  JobSpec spec();

  /** The attempts that are over, oldest first. */
  List<AttemptEnd> ended();

  /** The state's name on the wire. */
  default String state() {
    return switch (this) {
      case Submitted _ -> "submitted";
      case Starting _ -> "starting";
      case Running _ -> "running";
      case Succeeded _ -> "succeeded";
      case Failed _ -> "failed";
      case Stopped _ -> "stopped";
    };
  }

  /** What it has cost so far, in 10⁻⁶ of the minor unit of its rate's currency. */
  default long costMicros() {
    return ended().stream().mapToLong(AttemptEnd::micros).sum();
  }

  /** Waiting for attempt {@code attempt} to be launched. */
  record Submitted(
      JobSpec spec, int attempt, Optional<CheckpointRef> checkpoint, List<AttemptEnd> ended)
      implements Job {
    public Submitted {
      ended = List.copyOf(ended);
    }

    Starting start(Instant now, Instant leaseUntil) {
      Attempt first = new Attempt(attempt, Optional.empty(), now, leaseUntil, false, checkpoint);
      return new Starting(spec, first, ended);
    }

    Stopped stop(Instant now) {
      return new Stopped(spec, ended, "stopped before it started", "", now);
    }
  }

  /**
   * An attempt that holds, or will hold, a host.
   *
   * @param number from 1; a job's attempts are fenced by it
   * @param host the host's reference, where launching has answered
   * @param leaseUntil when it is taken for lost, unless a heartbeat comes
   * @param checkpoint to resume from, of this attempt or an earlier one
   */
  record Attempt(
      int number,
      Optional<String> host,
      Instant startedAt,
      Instant leaseUntil,
      boolean stopRequested,
      Optional<CheckpointRef> checkpoint) {

    Attempt on(String reference) {
      return new Attempt(
          number, Optional.of(reference), startedAt, leaseUntil, stopRequested, checkpoint);
    }

    Attempt until(Instant lease) {
      return new Attempt(number, host, startedAt, lease, stopRequested, checkpoint);
    }

    Attempt stopping() {
      return new Attempt(number, host, startedAt, leaseUntil, true, checkpoint);
    }

    Attempt saved(CheckpointRef newest) {
      return new Attempt(number, host, startedAt, leaseUntil, stopRequested, Optional.of(newest));
    }
  }

  /** While an attempt lives. */
  sealed interface Live extends Job permits Starting, Running {

    Attempt current();

    /** The same state with its attempt changed. */
    Live with(Attempt changed);

    default int attempt() {
      return current().number();
    }

    default Optional<String> host() {
      return current().host();
    }

    default Instant startedAt() {
      return current().startedAt();
    }

    default Instant leaseUntil() {
      return current().leaseUntil();
    }

    default boolean stopRequested() {
      return current().stopRequested();
    }

    default Optional<CheckpointRef> checkpoint() {
      return current().checkpoint();
    }

    default Live on(String hostReference) {
      return with(current().on(hostReference));
    }

    default Live stopping() {
      return with(current().stopping());
    }

    /** The attempts that are over once this one is. */
    default List<AttemptEnd> ending(Instant now, String reason) {
      long ms = Math.max(0, now.toEpochMilli() - startedAt().toEpochMilli());
      long micros = spec().estimate().rate().micros(spec().recipe().host(), ms);
      List<AttemptEnd> all = new ArrayList<>(ended());
      all.add(new AttemptEnd(attempt(), startedAt(), now, micros, reason));
      return all;
    }

    default Submitted retry(Instant now, String reason) {
      return new Submitted(spec(), attempt() + 1, checkpoint(), ending(now, reason));
    }

    default Failed fail(Instant now, String reason, String logTail) {
      return new Failed(spec(), ending(now, reason), reason, logTail, now);
    }

    default Stopped stop(Instant now, String logTail) {
      return new Stopped(spec(), ending(now, "stopped"), "stopped on request", logTail, now);
    }
  }

  /** Launched, and not yet claimed by its agent. */
  record Starting(JobSpec spec, Attempt current, List<AttemptEnd> ended) implements Live {
    public Starting {
      ended = List.copyOf(ended);
    }

    Running claimed(Instant until) {
      return new Running(spec, current.until(until), Progress.NONE, Optional.empty(), ended);
    }

    @Override
    public Starting with(Attempt changed) {
      return new Starting(spec, changed, ended);
    }
  }

  /** Its agent reports; {@code version} is the model's version that it is completing. */
  record Running(
      JobSpec spec,
      Attempt current,
      Progress progress,
      Optional<Integer> version,
      List<AttemptEnd> ended)
      implements Live {
    public Running {
      ended = List.copyOf(ended);
    }

    Running reported(Progress now, Instant until) {
      return new Running(spec, current.until(until), now, version, ended);
    }

    Running saved(CheckpointRef newest, Instant until) {
      return with(current.until(until).saved(newest));
    }

    Running completing(int reserved, Instant until) {
      return new Running(spec, current.until(until), progress, Optional.of(reserved), ended);
    }

    Succeeded succeed(Instant now, int modelVersion, Map<String, Double> metrics) {
      return new Succeeded(spec, ending(now, "succeeded"), attempt(), modelVersion, metrics, now);
    }

    @Override
    public Running with(Attempt changed) {
      return new Running(spec, changed, progress, version, ended);
    }
  }

  /** Its model version exists. */
  record Succeeded(
      JobSpec spec,
      List<AttemptEnd> ended,
      int attempt,
      int modelVersion,
      Map<String, Double> metrics,
      Instant finishedAt)
      implements Job {
    public Succeeded {
      ended = List.copyOf(ended);
      metrics = Map.copyOf(metrics);
    }
  }

  /** No attempt is left, or another would fail the same way. */
  record Failed(
      JobSpec spec, List<AttemptEnd> ended, String reason, String logTail, Instant finishedAt)
      implements Job {
    public Failed {
      ended = List.copyOf(ended);
    }
  }

  /** Somebody asked for it. */
  record Stopped(
      JobSpec spec, List<AttemptEnd> ended, String reason, String logTail, Instant finishedAt)
      implements Job {
    public Stopped {
      ended = List.copyOf(ended);
    }
  }
}
