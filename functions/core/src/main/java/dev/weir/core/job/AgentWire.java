package dev.weir.core.job;

import dev.weir.core.model.Lineage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent and {@link AgentProtocol} say to each other, as JSON over {@code /agent/v1/...}
 * with the attempt's token as bearer. Answers 401 (no such token) and 409 (the attempt is over)
 * mean: end the algorithm and write nothing more.
 */
public final class AgentWire {

  /** The file of a dataset's rows in channel {@code train}. */
  public static final String ROWS_FILE = "rows.jsonl";

  /** The file of channel {@code answers}. */
  public static final String ANSWERS_FILE = "answers.json";

  /** The files that an artifact may have. */
  public static final List<String> ARTIFACT_FILES =
      List.of(
          "model.json",
          "model.safetensors",
          "model.onnx",
          "README.md",
          "metrics.json",
          ANSWERS_FILE);

  private AgentWire() {}

  /**
   * {@code POST claim}.
   *
   * @param clockMs the machine's clock, in milliseconds since the epoch
   */
  public record Claim(long clockMs) {}

  /**
   * The answer to {@code POST claim}, whose body is {@code {}}.
   *
   * @param inputs by channel
   * @param checkpoint to resume from
   * @param checkpointPut where to PUT the next checkpoint
   * @param artifactPut where to PUT each file
   * @param lineage of the version to be made; its code version is left to the worker
   * @param clockOffsetMs what to add to the machine's clock to have the deployment's
   */
  public record Assignment(
      String jobId,
      int attempt,
      String model,
      Recipe recipe,
      Map<String, Input> inputs,
      Optional<CheckpointFile> checkpoint,
      URI checkpointPut,
      Map<String, URI> artifactPut,
      Lineage lineage,
      long heartbeatMs,
      long stopGraceMs,
      long clockOffsetMs,
      boolean stop) {}

  /** A file to GET. */
  public record Input(String file, URI url, long bytes) {}

  /** A checkpoint to GET; anything with another SHA-256 is not it. */
  public record CheckpointFile(URI url, String sha256, long bytes, long step) {}

  /**
   * {@code POST heartbeat}: at most {@link JobLimits#METRICS_MAX} points.
   *
   * @param clockMs the machine's clock, in milliseconds since the epoch
   */
  public record Heartbeat(Progress progress, List<MetricPoint> metrics, long clockMs) {}

  /**
   * What the gateway wants.
   *
   * @param stop save a checkpoint, end, and report {@code fail}
   * @param clockOffsetMs what to add to the machine's clock to have the deployment's
   */
  public record HeartbeatAnswer(boolean stop, long clockOffsetMs) {}

  /** {@code POST checkpoint}, after the PUT. */
  public record CheckpointSaved(String sha256, long bytes, long step) {}

  /** Where to PUT the one after. */
  public record CheckpointAnswer(URI checkpointPut) {}

  /** {@code POST complete}, after the files' PUTs. */
  public record Completion(
      Map<String, Artifact> artifacts, Map<String, Double> metrics, String codeVersion) {}

  /** What was PUT. */
  public record Artifact(String sha256, long bytes) {}

  /** The version that was made. */
  public record CompletionAnswer(String model, int version) {}

  /**
   * {@code POST fail}.
   *
   * @param retryable false where another attempt would fail the same way
   */
  public record Failure(String reason, String logTail, boolean retryable) {}

  /** What became of the job: its new state. */
  public record FailureAnswer(String state) {}
}
