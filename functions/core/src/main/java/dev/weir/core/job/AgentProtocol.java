package dev.weir.core.job;

import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.job.AgentWire.Assignment;
import dev.weir.core.job.AgentWire.CheckpointAnswer;
import dev.weir.core.job.AgentWire.CheckpointFile;
import dev.weir.core.job.AgentWire.CheckpointSaved;
import dev.weir.core.job.AgentWire.Claim;
import dev.weir.core.job.AgentWire.Completion;
import dev.weir.core.job.AgentWire.CompletionAnswer;
import dev.weir.core.job.AgentWire.Failure;
import dev.weir.core.job.AgentWire.FailureAnswer;
import dev.weir.core.job.AgentWire.Heartbeat;
import dev.weir.core.job.AgentWire.HeartbeatAnswer;
import dev.weir.core.job.AgentWire.Input;
import dev.weir.core.job.AttemptTokens.Holder;
import dev.weir.core.job.JobStore.Step;
import dev.weir.core.json.Json;
import dev.weir.core.model.Lineage;
import dev.weir.core.model.ModelFile;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an attempt's agent may do. Every call proves its attempt by the token and is refused with
 * 409 unless that attempt is the live one, so that an attempt taken for lost can write nothing: not
 * to the job, and not over a checkpoint or artifact, since what it PUTs is copied to its content
 * address before it counts. Thread-safe.
 */
public final class AgentProtocol {

  /** Further writes of the commit that completes a job, such as its usage facts. */
  @FunctionalInterface
  public interface OnSuccess {
    List<Write> writes(Job.Succeeded job);
  }

  private final Ports ports;
  private final JobLimits limits;
  private final OnSuccess onSuccess;
  private final JobStore store;
  private final AttemptTokens tokens;
  private final Attempts attempts;
  private final Models models;
  private final Datasets datasets;
  private final Outbox outbox;

  public AgentProtocol(Ports ports, JobLimits limits, OnSuccess onSuccess) {
    this.ports = ports;
    this.limits = limits;
    this.onSuccess = onSuccess;
    this.store = new JobStore(ports);
    this.tokens = new AttemptTokens(ports.secrets());
    this.outbox = new Outbox(ports);
    this.attempts = new Attempts(ports, outbox);
    this.models = new Models(ports);
    this.datasets = new Datasets(ports);
  }

  /** Starting → Running; asked again, the same answer with the newest checkpoint. */
  public Assignment claim(String token, Claim claim) {
    Holder holder = tokens.verify(token);
    Job.Running running =
        move(
            holder,
            live ->
                switch (live) {
                  case Job.Starting starting -> starting.claimed(lease());
                  case Job.Running again -> again.reported(again.progress(), lease());
                });
    return assignment(running, claim.clockMs());
  }

  private Assignment assignment(Job.Running job, long clockMs) {
    JobSpec spec = job.spec();
    Recipe recipe = spec.recipe();
    Duration lifetime = lifetime(recipe);
    Blobs blobs = ports.blobs();
    DatasetVersion dataset = datasets.require(recipe.data().dataset(), recipe.data().version());
    Map<String, Input> inputs = new LinkedHashMap<>();
    inputs.put("train", input(AgentWire.ROWS_FILE, dataset.rowsBlob(), lifetime));
    dataset
        .answersBlob()
        .ifPresent(b -> inputs.put("answers", input(AgentWire.ANSWERS_FILE, b, lifetime)));
    Map<String, URI> puts = new LinkedHashMap<>();
    for (String file : AgentWire.ARTIFACT_FILES) {
      puts.put(file, blobs.presignPut(staged(job, file), lifetime));
    }
    return new Assignment(
        spec.id(),
        job.attempt(),
        spec.model(),
        recipe,
        inputs,
        job.checkpoint()
            .map(c ->
                new CheckpointFile(
                    blobs.presignGet(c.blob(), lifetime), c.sha256(), c.bytes(), c.step())),
        checkpointPut(job),
        puts,
        lineage(job, ""),
        limits.heartbeat().toMillis(),
        JobLimits.STOP_GRACE.toMillis(),
        offsetMs(clockMs),
        job.stopRequested());
  }

  private Input input(String file, String blob, Duration lifetime) {
    return new Input(file, ports.blobs().presignGet(blob, lifetime), stat(blob).bytes());
  }

  private static Lineage lineage(Job.Running job, String codeVersion) {
    Recipe recipe = job.spec().recipe();
    return new Lineage(
        recipe.data().dataset() + ":" + recipe.data().version().orElseThrow(),
        job.spec().datasetSha256(),
        recipe.sha256(),
        codeVersion,
        recipe.training().seed(),
        job.spec().id(),
        job.attempt());
  }

  /** What a machine adds to its clock: a test, or a bad clock, may have moved either. */
  private long offsetMs(long machineMs) {
    return now().toEpochMilli() - machineMs;
  }

  /** Extends the lease and stores progress and metric points. */
  public HeartbeatAnswer heartbeat(String token, Heartbeat beat) {
    Holder holder = tokens.verify(token);
    if (beat.metrics().size() > JobLimits.METRICS_MAX) {
      throw new ProblemException(
          Problem.tooLarge("metrics " + beat.metrics().size() + " > " + JobLimits.METRICS_MAX));
    }
    Map<Long, MetricPoint> points = new LinkedHashMap<>();
    for (MetricPoint point : beat.metrics()) {
      if (point.values().size() > JobLimits.METRIC_VALUES_MAX) {
        throw new ProblemException(
            Problem.tooLarge(
                "values " + point.values().size() + " > " + JobLimits.METRIC_VALUES_MAX));
      }
      points.put(point.step(), point);
    }
    List<Write> writes = new ArrayList<>();
    points.forEach((step, point) ->
        writes.add(Write.put(Keys.metric(holder.jobId(), step), Json.write(point))));
    Job.Running now =
        (Job.Running)
            store.move(
                holder.jobId(),
                job ->
                    Optional.of(
                        new Step(running(job, holder).reported(beat.progress(), lease()), writes)));
    return new HeartbeatAnswer(now.stopRequested(), offsetMs(beat.clockMs()));
  }

  /** Makes what was PUT the checkpoint that a later attempt resumes from. */
  public CheckpointAnswer checkpoint(String token, CheckpointSaved saved) {
    Holder holder = tokens.verify(token);
    Job.Running job = running(store.require(holder.jobId()).job(), holder);
    String blob =
        adopt(
            checkpointBlob(job),
            "checkpoint",
            new AgentWire.Artifact(saved.sha256(), saved.bytes()),
            JobLimits.CHECKPOINT_MAX_BYTES);
    CheckpointRef newest =
        new CheckpointRef(blob, saved.sha256(), saved.bytes(), saved.step(), holder.attempt());
    return new CheckpointAnswer(checkpointPut(move(holder, live -> saved(live, newest))));
  }

  private Job.Running saved(Job.Live live, CheckpointRef newest) {
    return switch (live) {
      case Job.Running running -> running.saved(newest, lease());
      case Job.Starting starting -> throw notClaimed(starting);
    };
  }

  /**
   * Running → Succeeded, and the model's next version, in one commit. Asked again by the attempt
   * that succeeded, the same answer.
   */
  public CompletionAnswer complete(String token, Completion completion) {
    Holder holder = tokens.verify(token);
    if (store.require(holder.jobId()).job() instanceof Job.Succeeded done
        && done.attempt() == holder.attempt()) {
      return new CompletionAnswer(done.spec().model(), done.modelVersion());
    }
    if (!completion.artifacts().containsKey("model.json")) {
      throw new ProblemException(Problem.invalid("the artifact has no model.json"));
    }
    Job.Running job = reserve(holder);
    int version = job.version().orElseThrow();
    Map<String, ModelFile> files = new LinkedHashMap<>();
    completion
        .artifacts()
        .forEach((file, put) -> files.put(file, publish(job, version, file, put)));
    ModelVersion made =
        new ModelVersion(
            job.spec().model(),
            version,
            job.spec().recipe().recipe(),
            files,
            completion.metrics(),
            lineage(job, completion.codeVersion()),
            now());
    store.move(
        holder.jobId(),
        current -> {
          Job.Succeeded done =
              running(current, holder).succeed(now(), version, completion.metrics());
          List<Write> writes = new ArrayList<>(models.writes(made));
          writes.addAll(onSuccess.writes(done));
          return Optional.of(new Step(done, writes));
        });
    return new CompletionAnswer(made.name(), version);
  }

  private Job.Running reserve(Holder holder) {
    Job.Running job = running(store.require(holder.jobId()).job(), holder);
    if (job.version().isPresent()) {
      return job;
    }
    int version = models.reserve(job.spec().model());
    return move(
        holder,
        live ->
            switch (live) {
              case Job.Running running ->
                  running.version().isPresent() ? running : running.completing(version, lease());
              case Job.Starting starting -> throw notClaimed(starting);
            });
  }

  private ModelFile publish(Job.Running job, int version, String file, AgentWire.Artifact put) {
    if (!AgentWire.ARTIFACT_FILES.contains(file)) {
      throw new ProblemException(
          Problem.invalid("'" + file + "' is not one of " + AgentWire.ARTIFACT_FILES));
    }
    String adopted = adopt(staged(job, file), file, put, JobLimits.ARTIFACT_MAX_BYTES);
    String blob = Models.blob(job.spec().model(), version, file);
    try (InputStream in = open(adopted)) {
      Blobs.Stat stat = ports.blobs().put(blob, in, put.bytes());
      return new ModelFile(blob, stat.bytes(), put.sha256());
    } catch (IOException e) {
      throw new PortException("artifact " + blob + " could not be stored", e);
    }
  }

  /** Copies what was PUT to its content address, which no attempt's URL can write to. */
  private String adopt(String staged, String what, AgentWire.Artifact put, long bytesMax) {
    if (put.bytes() > bytesMax) {
      throw new ProblemException(
          Problem.tooLarge(what + " " + put.bytes() + " B > " + bytesMax + " B"));
    }
    try (InputStream in = open(staged)) {
      String blob = ports.blobs().putContent(in);
      if (!blob.equals("sha256/" + put.sha256())) {
        throw new ProblemException(
            Problem.invalid(
                "%s has SHA-256 %s, not %s".formatted(what, blob.substring(7), put.sha256())));
      }
      return blob;
    } catch (IOException e) {
      throw new PortException(what + " could not be copied", e);
    }
  }

  private InputStream open(String blob) throws IOException {
    return ports
        .blobs()
        .open(blob)
        .orElseThrow(() -> new ProblemException(Problem.invalid(blob + " was not PUT")));
  }

  private Blobs.Stat stat(String blob) {
    try {
      return ports
          .blobs()
          .stat(blob)
          .orElseThrow(() -> new PortException("blob " + blob + " is missing"));
    } catch (IOException e) {
      throw new PortException("blob " + blob + " cannot be read", e);
    }
  }

  /** Ends the attempt: retried where that may help and attempts are left. */
  public FailureAnswer fail(String token, Failure failure) {
    Holder holder = tokens.verify(token);
    Job next =
        attempts.end(
            holder.jobId(),
            holder.attempt(),
            failure.reason(),
            failure.logTail(),
            failure.retryable());
    return new FailureAnswer(next.state());
  }

  private Job.Running move(Holder holder, java.util.function.Function<Job.Live, Job.Running> step) {
    return (Job.Running)
        store.move(
            holder.jobId(),
            job -> Optional.of(Step.to(step.apply(Attempts.live(job, holder.attempt())))));
  }

  private static Job.Running running(Job job, Holder holder) {
    return switch (Attempts.live(job, holder.attempt())) {
      case Job.Running running -> running;
      case Job.Starting starting -> throw notClaimed(starting);
    };
  }

  private static ProblemException notClaimed(Job.Starting job) {
    return new ProblemException(
        Problem.conflict(
            "attempt " + job.attempt() + " of " + job.spec().id() + " is not claimed"));
  }

  private URI checkpointPut(Job.Running job) {
    return ports.blobs().presignPut(checkpointBlob(job), lifetime(job.spec().recipe()));
  }

  /** Every checkpoint has its own name, so that a late PUT meets nothing that counts. */
  private static String checkpointBlob(Job.Running job) {
    return "jobs/%s/%d/checkpoint-%d"
        .formatted(
            job.spec().id(), job.attempt(), job.checkpoint().map(c -> c.step() + 1).orElse(0L));
  }

  private static String staged(Job.Running job, String file) {
    return "jobs/" + job.spec().id() + "/" + job.attempt() + "/artifact/" + file;
  }

  private static Duration lifetime(Recipe recipe) {
    Duration needed = Duration.ofMinutes(recipe.host().timeoutMinutes()).plusHours(1);
    Duration most = Duration.ofDays(7);
    return needed.compareTo(most) > 0 ? most : needed;
  }

  private Instant now() {
    return ports.clock().instant();
  }

  private Instant lease() {
    return now().plus(limits.lease());
  }
}
