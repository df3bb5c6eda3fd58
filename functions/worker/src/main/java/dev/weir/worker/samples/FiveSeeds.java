package dev.weir.worker.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.dataset.Datasets;
import dev.weir.core.job.AgentWire;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.StopSignal;
import dev.weir.worker.train.TrainProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Trains a sample with seeds 1 to 5 and states the median beside the baseline. */
public final class FiveSeeds {

  private static final int SEEDS = 5;

  private FiveSeeds() {}

  /**
   * What came of it.
   *
   * @param values of the sample's metric by seed, ascending
   * @param secondsMax of the slowest run, start to artifact
   */
  public record Outcome(Sample sample, List<Double> values, double baseline, double secondsMax) {

    public double median() {
      return values.get(values.size() / 2);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %s median %.4f of %d seeds (%.4f to %.4f), baseline %.4f, slowest %.1f s",
          sample.dataset(),
          sample.metric(),
          median(),
          values.size(),
          values.getFirst(),
          values.getLast(),
          baseline,
          secondsMax);
    }
  }

  /** The program {@code samples}: all samples, one line each. */
  public static int main() {
    try {
      for (Sample sample : Sample.values()) {
        Path folder = Files.createTempDirectory("weir-samples");
        System.out.println(run(sample, folder));
      }
      return 0;
    } catch (IOException e) {
      System.err.println("samples cannot be trained: " + e.getMessage());
      return 1;
    }
  }

  /** Runs in folders below {@code folder}, one per seed. */
  public static Outcome run(Sample sample, Path folder) throws IOException {
    List<JsonNode> runs = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      runs.add(once(sample, seed, folder.resolve("seed-" + seed)));
    }
    double[] values =
        runs.stream()
            .mapToDouble(r -> r.at("/test/" + sample.metric()).asDouble())
            .sorted()
            .toArray();
    double baseline =
        runs.stream()
            .mapToDouble(r -> r.at("/test/baseline-" + sample.metric()).asDouble())
            .sorted()
            .toArray()[SEEDS / 2];
    double slowest = runs.stream().mapToDouble(r -> r.get("seconds").asDouble()).max().orElse(0);
    return new Outcome(sample, Arrays.stream(values).boxed().toList(), baseline, slowest);
  }

  /** One run; its {@code metrics.json}. */
  public static JsonNode once(Sample sample, long seed, Path base) throws IOException {
    Folders folders = new Folders(base).create();
    data(sample, folders);
    ObjectNode recipe = Json.MAPPER.valueToTree(sample.recipe());
    ((ObjectNode) recipe.get("training")).put("seed", seed);
    Files.writeString(folders.config("hyperparameters.json"), Json.write(recipe));
    int code = new TrainProgram(folders, new StopSignal()).run();
    if (code != 0) {
      throw new IOException(Files.readString(folders.failure()));
    }
    return Json.MAPPER.readTree(folders.model().resolve("metrics.json").toFile());
  }

  /** Lays a sample's rows, and its answers, where the program {@code train} looks for them. */
  public static void data(Sample sample, Folders folders) throws IOException {
    Ports ports = MemoryPorts.create(Clock.systemUTC());
    DatasetVersion version;
    try (InputStream in = sample.open()) {
      version = new Datasets(ports).add(sample.command(), in);
    }
    copy(ports, version.rowsBlob(), folders.data("train").resolve(AgentWire.ROWS_FILE));
    if (version.answersBlob().isPresent()) {
      copy(
          ports,
          version.answersBlob().get(),
          folders.data("answers").resolve(AgentWire.ANSWERS_FILE));
    }
  }

  private static void copy(Ports ports, String blob, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream in = ports.blobs().open(blob).orElseThrow()) {
      Files.copy(in, to);
    }
  }
}
