package dev.weir.worker.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.JobLimits;
import dev.weir.core.job.Recipe;
import dev.weir.core.job.RecipeParser;
import dev.weir.core.json.Json;
import dev.weir.core.model.Lineage;
import dev.weir.core.problem.ProblemException;
import dev.weir.worker.Offline;
import dev.weir.worker.data.DataException;
import dev.weir.worker.data.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The program {@code train}: reads SageMaker's configuration, trains, leaves the artifact in the
 * model folder. It knows nothing of Weir's gateway.
 *
 * <p>Exit codes: 0 done; 1 failed, another attempt may help; 2 failed, it would not; 143 ended by
 * SIGTERM, with a checkpoint. Why it failed is in {@code output/failure}.
 */
public final class TrainProgram {

  public static final int FAILED = 1;
  public static final int FAILED_FOR_GOOD = 2;
  public static final int STOPPED = 143;

  /** The hyperparameter that carries {@link Origin}; it is no part of the recipe. */
  public static final String ORIGIN = "weir";

  private static final System.Logger LOG = System.getLogger(TrainProgram.class.getName());
  private static final int FAILURE_MAX_CHARS = 1024;

  private final Folders folders;
  private final StopSignal stop;

  public TrainProgram(Folders folders, StopSignal stop) {
    this.folders = folders;
    this.stop = stop;
  }

  /** Runs as a process of its own; answers the exit code. */
  public static int main() {
    StopSignal stop = new StopSignal();
    stop.onTerminate(JobLimits.STOP_GRACE.toSeconds());
    // An agent that was killed cannot end what it started: nobody would take this run's result.
    ProcessHandle.current()
        .parent()
        .ifPresent(p -> Thread.ofVirtual().start(() -> requestAfter(p, stop)));
    try {
      return new TrainProgram(Folders.ofEnvironment(), stop).run();
    } finally {
      stop.ended();
    }
  }

  private static void requestAfter(ProcessHandle agent, StopSignal stop) {
    agent.onExit().join();
    stop.request();
  }

  /** Trains; answers the exit code. */
  public int run() {
    Offline.set();
    try {
      folders.create();
      train();
      return 0;
    } catch (StopSignal.Stopped e) {
      return failed(STOPPED, e.getMessage(), e);
    } catch (DataException e) {
      return failed(FAILED_FOR_GOOD, e.getMessage(), e);
    } catch (ProblemException e) {
      return failed(FAILED_FOR_GOOD, e.problem().detail(), e);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      return failed(FAILED, e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  private int failed(int code, @Nullable String why, Throwable cause) {
    LOG.log(System.Logger.Level.ERROR, "training failed", cause);
    String text = why == null ? "unknown" : why;
    try {
      Files.writeString(
          folders.failure(),
          text.length() <= FAILURE_MAX_CHARS ? text : text.substring(0, FAILURE_MAX_CHARS));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "the failure file cannot be written", e);
    }
    return code;
  }

  private void train() throws IOException {
    long started = System.nanoTime();
    Files.deleteIfExists(folders.failure());
    ObjectNode parameters = hyperparameters(folders.config("hyperparameters.json"));
    JsonNode given = parameters.remove(ORIGIN);
    Recipe recipe = RecipeParser.parse(parameters);
    Origin origin = origin(given, recipe).with(Origin.codeVersion());
    Reports reports = new Reports(folders.intermediate().resolve(Reports.FILE));
    reports.phase("loading", 0);
    Rows rows = Rows.read(folders.data("train").resolve(AgentWire.ROWS_FILE));
    Prepared data = Prepared.of(recipe, rows, reports, stop);
    Checkpoints checkpoints = new Checkpoints(folders.checkpoints());
    try (Trainer trainer =
        new Trainer(recipe, data.head(recipe), data.widths(recipe), checkpoints, reports, stop)) {
      Trainer.Result result =
          trainer.run(
              data.learnt(data.parts().train(), recipe),
              data.learnt(data.parts().validation(), recipe));
      reports.phase("evaluating", 1);
      Evaluation evaluation = Evaluation.of(recipe, data, trainer, result.best());
      reports.phase("exporting", 1);
      double seconds = (System.nanoTime() - started) / 1e9;
      new Artifact(recipe, origin, data, result, evaluation)
          .write(folders.model(), folders.data("answers").resolve(AgentWire.ANSWERS_FILE), seconds);
      LOG.log(System.Logger.Level.INFO, "trained: {0}", evaluation.metrics());
    }
  }

  /** Every value is a string; it counts as JSON where it is JSON, as in SageMaker's toolkit. */
  static ObjectNode hyperparameters(Path file) throws IOException {
    ObjectNode parameters = Json.MAPPER.createObjectNode();
    JsonNode flat = Json.parseTree(Files.readString(file));
    for (Map.Entry<String, JsonNode> entry : flat.properties()) {
      JsonNode value = entry.getValue();
      if (value.isTextual()) {
        try {
          value = Json.MAPPER.readTree(value.textValue());
        } catch (JsonProcessingException e) {
          value = entry.getValue(); // A plain string.
        }
      }
      parameters.set(entry.getKey(), value);
    }
    return parameters;
  }

  private static Origin origin(@Nullable JsonNode given, Recipe recipe) throws IOException {
    if (given != null) {
      return Json.MAPPER.treeToValue(given, Origin.class);
    }
    String dataset = recipe.data().dataset() + recipe.data().version().map(v -> ":" + v).orElse("");
    return new Origin(
        "model",
        new Lineage(dataset, "", recipe.sha256(), "", recipe.training().seed(), "by-hand", 1));
  }
}
