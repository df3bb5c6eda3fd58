package dev.weir.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.AgentWire.Assignment;
import dev.weir.core.json.Json;
import dev.weir.worker.OffsetClock;
import dev.weir.worker.agent.GatewayClient.FencedException;
import dev.weir.worker.agent.GatewayClient.GatewayException;
import dev.weir.worker.train.Checkpoints;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.Origin;
import dev.weir.worker.train.Reports;
import dev.weir.worker.train.StopSignal;
import dev.weir.worker.train.TrainProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One attempt, from claim to its end. Use from one thread. */
final class Agent {

  static final int ENDED = 0;
  static final int NOT_TOLD = 1;

  private static final System.Logger LOG = System.getLogger(Agent.class.getName());

  private final GatewayClient gateway;
  private final Folders folders;
  private final Algorithm.Starter starter;
  private final StopSignal stop;
  private final OffsetClock clock;
  private Optional<URI> checkpointPut = Optional.empty();
  private long handedInStep = -1;

  Agent(
      GatewayClient gateway,
      Folders folders,
      Algorithm.Starter starter,
      StopSignal stop,
      InstantSource hostClock) {
    this.gateway = gateway;
    this.folders = folders;
    this.starter = starter;
    this.stop = stop;
    this.clock = new OffsetClock(hostClock);
  }

  /** Answers the exit code. */
  int run() {
    try {
      Assignment assignment = gateway.claim(new AgentWire.Claim(clock.hostMs()));
      clock.offset(assignment.clockOffsetMs());
      try {
        attempt(assignment);
      } catch (IOException e) {
        gateway.fail(
            new AgentWire.Failure(e.getClass().getSimpleName() + ": " + e.getMessage(), "", true));
      }
      return ENDED;
    } catch (FencedException e) {
      LOG.log(System.Logger.Level.WARNING, "the attempt is over: {0}", e.getMessage());
      return ENDED;
    } catch (GatewayException e) {
      LOG.log(System.Logger.Level.ERROR, "the gateway does not answer: {0}", e.getMessage());
      return NOT_TOLD;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NOT_TOLD;
    }
  }

  private void attempt(Assignment assignment) throws IOException, InterruptedException {
    checkpointPut = Optional.of(assignment.checkpointPut());
    new Layout(gateway, folders).lay(assignment);
    assignment.checkpoint().ifPresent(c -> handedInStep = c.step());
    if (assignment.stop()) {
      gateway.fail(new AgentWire.Failure("stopped before it began", "", true));
      return;
    }
    ReportReader reports = new ReportReader(folders.intermediate().resolve(Reports.FILE), clock);
    Algorithm algorithm =
        Algorithm.start(starter, folders, assignment.jobId() + "-" + assignment.attempt());
    LOG.log(System.Logger.Level.INFO, "algorithm started, pid {0}", Long.toString(algorithm.pid()));
    try {
      boolean stopped = watch(assignment, algorithm, reports);
      Duration grace = Duration.ofMillis(assignment.stopGraceMs());
      int code = stopped ? algorithm.stop(grace) : algorithm.exitCode();
      handInCheckpoint();
      beat(reports);
      if (code == 0) {
        complete(assignment);
      } else {
        fail(code, stopped, algorithm.logTail());
      }
    } finally {
      algorithm.kill();
    }
  }

  /** Heartbeats until the algorithm ends, or should; true where it should. */
  private boolean watch(Assignment assignment, Algorithm algorithm, ReportReader reports)
      throws IOException, InterruptedException {
    Duration interval = Duration.ofMillis(assignment.heartbeatMs());
    while (!algorithm.waitFor(interval)) {
      if (stop.requested() || beat(reports)) {
        return true;
      }
      handInCheckpoint();
    }
    return stop.requested();
  }

  /** Reports; true where the gateway wants the end. A heartbeat that fails is left to the next. */
  private boolean beat(ReportReader reports) throws IOException {
    boolean wanted = false;
    do {
      AgentWire.Heartbeat beat = reports.next();
      try {
        AgentWire.HeartbeatAnswer answer = gateway.heartbeat(beat);
        clock.offset(answer.clockOffsetMs());
        wanted = answer.stop();
      } catch (GatewayException e) {
        LOG.log(System.Logger.Level.WARNING, "no heartbeat: {0}", e.getMessage());
        reports.unsent(beat);
        return wanted;
      }
    } while (reports.more());
    return wanted;
  }

  private void handInCheckpoint() throws IOException {
    Optional<Path> newest = new Checkpoints(folders.checkpoints()).newest();
    if (newest.isEmpty() || Checkpoints.step(newest.get()) <= handedInStep) {
      return;
    }
    long step = Checkpoints.step(newest.get());
    Path archive = folders.base().resolve("checkpoint.zip");
    try {
      Archive.pack(newest.get(), archive);
    } catch (java.nio.file.NoSuchFileException e) {
      return; // The algorithm has replaced it; the newer one comes with the next heartbeat.
    }
    try {
      gateway.putOnce(checkpointPut.orElseThrow(), archive);
    } catch (GatewayClient.NotStoredException e) {
      // Not worth the run: the next heartbeat brings the newest one again.
      LOG.log(System.Logger.Level.WARNING, "the checkpoint is not handed in: {0}", e.getMessage());
      return;
    }
    AgentWire.CheckpointSaved saved =
        new AgentWire.CheckpointSaved(Archive.sha256(archive), Files.size(archive), step);
    checkpointPut = Optional.of(gateway.checkpoint(saved).checkpointPut());
    handedInStep = step;
  }

  private void complete(Assignment assignment) throws IOException {
    Map<String, AgentWire.Artifact> artifacts = new LinkedHashMap<>();
    for (String file : AgentWire.ARTIFACT_FILES) {
      Path made = folders.model().resolve(file);
      URI url = assignment.artifactPut().get(file);
      if (url != null && Files.isRegularFile(made)) {
        gateway.put(url, made);
        artifacts.put(file, new AgentWire.Artifact(Archive.sha256(made), Files.size(made)));
      }
    }
    Path model = folders.model().resolve("model.json");
    if (!Files.exists(model)) {
      gateway.fail(new AgentWire.Failure("the algorithm left no model.json", "", false));
      return;
    }
    JsonNode json = Json.MAPPER.readTree(model.toFile());
    Map<String, Double> metrics = new LinkedHashMap<>();
    json.path("metrics")
        .properties()
        .forEach(e -> metrics.put(e.getKey(), e.getValue().asDouble()));
    AgentWire.CompletionAnswer made =
        gateway.complete(new AgentWire.Completion(artifacts, metrics, Origin.codeVersion()));
    LOG.log(
        System.Logger.Level.INFO, "made {0}:{1}", made.model(), Integer.toString(made.version()));
  }

  private void fail(int code, boolean stopped, String logTail) throws IOException {
    String said =
        Files.exists(folders.failure()) ? Files.readString(folders.failure()) : "no failure file";
    String reason = stopped ? "stopped: " + said : "exit code " + code + ": " + said;
    gateway.fail(new AgentWire.Failure(reason, logTail, code != TrainProgram.FAILED_FOR_GOOD));
  }
}
