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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Trains a sample with seeds 1 to 5 and states the median beside the baseline. */
public final class FiveSeeds {

  private static final int SEEDS = 5;

  private static final List<String> STATED =
      List.of(
          "/test/accuracy",
          "/test/threshold",
          "/test/answered",
          "/test/answered-right",
          "/test/out-of-scope-refused",
          "/held-out/all",
          "/held-out/near",
          "/held-out/far",
          "/held-out/en",
          "/held-out/zh");

  private FiveSeeds() {}

  /**
   * What came of it.
   *
   * @param values of the sample's metric by seed, ascending
   * @param others medians of what else is stated: of a text model, how much it answers and refuses
   * @param secondsMax of the slowest run, start to artifact
   */
  public record Outcome(
      Sample sample,
      List<Double> values,
      double baseline,
      Map<String, Double> others,
      double secondsMax) {

    public double median() {
      return values.get(values.size() / 2);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %s median %.4f of %d seeds (%.4f to %.4f), baseline %.4f%s, slowest %.1f s",
          sample.dataset(),
          sample.metric(),
          median(),
          values.size(),
          values.getFirst(),
          values.getLast(),
          baseline,
          others.entrySet().stream()
              .map(e -> String.format(Locale.ROOT, ", %s %.3f", e.getKey(), e.getValue()))
              .collect(Collectors.joining()),
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
    List<Double> values = sorted(runs, "/test/" + sample.metric());
    double baseline = sorted(runs, "/test/baseline-" + sample.metric()).get(SEEDS / 2);
    Map<String, Double> others = new LinkedHashMap<>();
    for (String pointer : STATED) {
      if (!runs.getFirst().at(pointer).isMissingNode()) {
        String name = pointer.substring(1).replace("test/", "").replace('/', ' ');
        others.put(name, sorted(runs, pointer).get(SEEDS / 2));
      }
    }
    return new Outcome(sample, values, baseline, others, sorted(runs, "/seconds").getLast());
  }

  private static List<Double> sorted(List<JsonNode> runs, String pointer) {
    return runs.stream().map(run -> run.at(pointer).asDouble()).sorted().toList();
  }

  /**
   * One run; its {@code metrics.json}, and for the customer-service set, in {@code held-out}, the
   * shares of {@link HeldOut} that it refuses.
   */
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
    JsonNode metrics = Json.MAPPER.readTree(folders.model().resolve("metrics.json").toFile());
    if (sample == Sample.CUSTOMER_SERVICE) {
      Map<String, Double> refused = HeldOut.refused(folders.model());
      ((ObjectNode) metrics).set("held-out", Json.MAPPER.valueToTree(refused));
    }
    return metrics;
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
