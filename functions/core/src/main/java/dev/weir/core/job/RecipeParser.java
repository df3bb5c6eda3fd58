package dev.weir.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.model.Task;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.Problem.Violation;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads recipes as people write them. Everything wrong is reported at once, each violation by its
 * JSON pointer, unknown fields with what may have been meant.
 */
public final class RecipeParser {

  /** The largest recipe, in bytes of UTF-8. */
  public static final int RECIPE_MAX_BYTES = 16 << 10;

  /** The encoders that text recipes may name. */
  public static final List<String> ENCODERS = List.of("bge-small-zh-v1.5-q", "all-minilm-l6-v2-q");

  private RecipeParser() {}

  /**
   * Parses and fills in defaults.
   *
   * @throws ProblemException 400 for malformed JSON, 413 for one too large, 422 for violations
   */
  public static Recipe parse(String json) {
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > RECIPE_MAX_BYTES) {
      throw new ProblemException(
          Problem.tooLarge("recipe " + bytes + " B > " + RECIPE_MAX_BYTES + " B"));
    }
    return parse(Json.parseTree(json));
  }

  /** Parses a tree; see {@link #parse(String)}. */
  public static Recipe parse(JsonNode root) {
    Fields fields = Fields.of(root);
    Recipe recipe = read(fields);
    List<Violation> violations = fields.violations();
    if (!violations.isEmpty()) {
      Violation first = violations.getFirst();
      throw new ProblemException(
          Problem.invalid(
              "the recipe breaks %d rule%s; %s: %s"
                  .formatted(
                      violations.size(),
                      violations.size() == 1 ? "" : "s",
                      first.pointer().isEmpty() ? "/" : first.pointer(),
                      first.detail()),
              violations));
    }
    return recipe;
  }

  /** The fields of a task's recipe by the pointer of their object. */
  static Map<String, Set<String>> known(Task task) {
    Fields fields = Fields.of(Json.MAPPER.createObjectNode().put("recipe", task.wireName()));
    read(fields);
    return fields.known();
  }

  private static Recipe read(Fields root) {
    root.required("recipe");
    Task task = root.choice("recipe", List.of(Task.values()), Task.TABULAR_CLASSIFICATION);
    boolean text = task == Task.TEXT_CLASSIFICATION;
    Recipe.Data data = data(root.object("data"), text);
    List<String> encoders = text ? encoders(root) : List.of();
    Optional<Double> threshold = text ? root.optionalNumber("threshold", 0, 1) : Optional.empty();
    Recipe recipe =
        new Recipe(
            task,
            data,
            encoders,
            split(root.object("split")),
            network(root.object("model"), text),
            loss(root, task),
            optimizer(root.object("optimizer")),
            training(root.object("training"), text),
            stopping(root.object("stopping"), task),
            threshold,
            retries(root.object("retries")),
            host(root.object("host")));
    root.end();
    return recipe;
  }

  private static Recipe.Data data(Fields fields, boolean text) {
    String dataset = fields.required("dataset");
    Recipe.Data data =
        new Recipe.Data(
            dataset,
            fields.optionalWhole("version", 1, 99_999_999),
            fields.required("label"),
            text ? List.of() : fields.texts("features", List.of()),
            text
                ? Optional.empty()
                : Optional.of(
                    fields.choice(
                        "missing", List.of(Recipe.Missing.values()), Recipe.Missing.REFUSE)),
            fields.text("group"),
            text ? Optional.of(fields.required("text")) : Optional.empty(),
            text ? fields.text("outOfScope") : Optional.empty());
    fields.end();
    return data;
  }

  private static List<String> encoders(Fields root) {
    List<String> encoders = root.texts("encoders", ENCODERS);
    if (encoders.isEmpty()) {
      root.violation("encoders", "0 encoders; choose from " + ENCODERS);
    }
    for (String encoder : encoders) {
      if (!ENCODERS.contains(encoder)) {
        root.violation(
            "encoders",
            "'"
                + encoder
                + "' is not one of "
                + ENCODERS
                + Suggestion.nearest(encoder, ENCODERS)
                    .map(s -> "; did you mean '" + s + "'?")
                    .orElse(""));
      }
    }
    return encoders;
  }

  private static Recipe.Split split(Fields fields) {
    double validation = fields.number("validation", 0.2, 0.05, 0.5);
    double test = fields.number("test", 0.2, 0.05, 0.5);
    fields.end();
    return new Recipe.Split(validation, test);
  }

  private static Recipe.Network network(Fields fields, boolean text) {
    List<Integer> hidden = fields.wholes("hidden", text ? List.of(128) : List.of(32), 1, 4096, 16);
    double dropout = fields.number("dropout", 0, 0, 0.9);
    fields.end();
    return new Recipe.Network(hidden, dropout);
  }

  private static Recipe.Loss loss(Fields root, Task task) {
    return switch (task) {
      case TABULAR_REGRESSION -> root.choice("loss", List.of(Recipe.Loss.MSE), Recipe.Loss.MSE);
      case TABULAR_CLASSIFICATION, TEXT_CLASSIFICATION ->
          root.choice(
              "loss",
              List.of(Recipe.Loss.CROSS_ENTROPY, Recipe.Loss.BCE),
              Recipe.Loss.CROSS_ENTROPY);
    };
  }

  private static Recipe.Optimizer optimizer(Fields fields) {
    Recipe.Kind kind = fields.choice("type", List.of(Recipe.Kind.values()), Recipe.Kind.ADAMW);
    boolean adam = kind == Recipe.Kind.ADAMW;
    Recipe.Optimizer optimizer =
        new Recipe.Optimizer(
            kind,
            fields.number("learningRate", adam ? 0.001 : 0.01, 1e-9, 10),
            fields.number("weightDecay", adam ? 0.01 : 0, 0, 1),
            fields.number("l2", 0, 0, 1),
            fields.number("momentum", 0, 0, 0.9999),
            fields.number("beta1", 0.9, 0, 0.9999),
            fields.number("beta2", 0.999, 0, 0.99999),
            fields.number("epsilon", 1e-8, 1e-12, 0.1));
    if (adam && optimizer.momentum() != 0) {
      fields.violation("momentum", "only for type sgd");
    }
    if (!adam && optimizer.weightDecay() != 0) {
      fields.violation("weightDecay", "only for type adamw; sgd has l2");
    }
    fields.end();
    return optimizer;
  }

  private static Recipe.Training training(Fields fields, boolean text) {
    Recipe.Training training =
        new Recipe.Training(
            (int) fields.whole("epochs", text ? 60 : 200, 1, 10_000),
            (int) fields.whole("batchSize", 32, 1, 65_536),
            fields.whole("seed", 42, 0, Long.MAX_VALUE),
            fields.number("gradientNormMax", 0, 0, 1e6),
            (int) fields.whole("checkpointSteps", 500, 1, 1_000_000));
    fields.end();
    return training;
  }

  private static Recipe.Stopping stopping(Fields fields, Task task) {
    List<Recipe.StopMetric> metrics =
        task == Task.TABULAR_REGRESSION
            ? List.of(Recipe.StopMetric.LOSS)
            : List.of(Recipe.StopMetric.values());
    Recipe.Stopping stopping =
        new Recipe.Stopping(
            fields.choice("metric", metrics, Recipe.StopMetric.LOSS),
            (int) fields.whole("patience", 15, 1, 10_000),
            fields.number("minDelta", 0, 0, 1e6));
    fields.end();
    return stopping;
  }

  private static Recipe.Retries retries(Fields fields) {
    int attempts = (int) fields.whole("attempts", 3, 1, JobLimits.ATTEMPTS_MAX);
    fields.end();
    return new Recipe.Retries(attempts);
  }

  private static Recipe.Host host(Fields fields) {
    Recipe.Host host =
        new Recipe.Host(
            fields.number("vcpus", 1, 0.25, 192),
            (int) fields.whole("memoryMb", 2048, 512, 1_500_000),
            (int) fields.whole("gpus", 0, 0, 16),
            (int) fields.whole("timeoutMinutes", 60, 1, 7 * 24 * 60));
    fields.end();
    return host;
  }
}
