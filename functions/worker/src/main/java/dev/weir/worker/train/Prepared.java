package dev.weir.worker.train;

import dev.weir.core.job.Recipe;
import dev.weir.core.model.Task;
import dev.weir.worker.data.DataException;
import dev.weir.worker.data.Examples;
import dev.weir.worker.data.Parts;
import dev.weir.worker.data.Rows;
import dev.weir.worker.data.Scaling;
import dev.weir.worker.text.Encoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Rows as the recipe wants them: features in their own units, classes as numbers, three parts.
 *
 * @param columns of the features; empty for text
 * @param labels of the classes; empty in regression
 * @param scaling of the features
 * @param target scaling of the value in regression
 */
record Prepared(
    List<String> columns,
    List<String> labels,
    Examples examples,
    Parts parts,
    Scaling scaling,
    Scaling target) {

  private static final int EMBED_CHUNK = 200;

  static Prepared of(Recipe recipe, Rows rows, Reports reports, StopSignal stop) {
    List<String> cells = rows.strings(recipe.data().label());
    return switch (recipe.recipe()) {
      case TABULAR_REGRESSION -> {
        float[] targets = new float[rows.size()];
        List<Optional<Float>> values = rows.numbers(recipe.data().label());
        for (int i = 0; i < targets.length; i++) {
          int row = i;
          targets[i] = values.get(row).orElseThrow(() -> empty(row));
        }
        yield tabular(recipe, rows, List.of(), targets);
      }
      case TABULAR_CLASSIFICATION -> {
        List<String> labels = labels(cells, Optional.empty());
        yield tabular(recipe, rows, labels, classes(cells, labels));
      }
      case TEXT_CLASSIFICATION -> {
        List<String> labels = labels(cells, recipe.data().outOfScope());
        yield text(recipe, rows, labels, classes(cells, labels), reports, stop);
      }
    };
  }

  private static DataException empty(int row) {
    return new DataException("row " + (row + 1) + ": the label is empty");
  }

  private static List<String> labels(List<String> cells, Optional<String> outOfScope) {
    TreeSet<String> labels = new TreeSet<>(cells);
    outOfScope.ifPresent(labels::remove);
    if (labels.size() < 2) {
      throw new DataException("classes " + labels.size() + " < 2");
    }
    return List.copyOf(labels);
  }

  private static float[] classes(List<String> cells, List<String> labels) {
    float[] classes = new float[cells.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels.indexOf(cells.get(i));
    }
    return classes;
  }

  private static Parts split(Recipe recipe, Rows rows, float[] targets) {
    boolean regression = recipe.recipe() == Task.TABULAR_REGRESSION;
    int[] strata = new int[targets.length];
    if (!regression) {
      Arrays.setAll(strata, i -> (int) targets[i]);
    }
    List<String> groups =
        recipe
            .data()
            .group()
            .map(rows::strings)
            .orElseGet(() -> IntStream.range(0, targets.length).mapToObj(i -> "" + i).toList());
    return Parts.split(
        strata,
        groups,
        recipe.split().validation(),
        recipe.split().test(),
        recipe.training().seed());
  }

  private static Prepared tabular(Recipe recipe, Rows rows, List<String> labels, float[] targets) {
    List<String> columns =
        recipe.data().features().isEmpty()
            ? rows.columns().stream()
                .filter(c -> !c.equals(recipe.data().label()))
                .filter(c -> !recipe.data().group().equals(Optional.of(c)))
                .toList()
            : recipe.data().features();
    Parts parts = split(recipe, rows, targets);
    float[][] features = new float[rows.size()][columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      List<Optional<Float>> cells = rows.numbers(columns.get(c));
      float filled = fill(recipe, columns.get(c), cells, parts);
      for (int r = 0; r < features.length; r++) {
        features[r][c] = cells.get(r).orElse(filled);
      }
    }
    Examples examples = new Examples(features, targets);
    Examples train = examples.rows(parts.train());
    Scaling target = Scaling.none(1);
    if (labels.isEmpty()) {
      float[][] column = new float[train.size()][1];
      Arrays.setAll(column, i -> new float[] {train.targets()[i]});
      target = Scaling.of(column);
    }
    return new Prepared(columns, labels, examples, parts, Scaling.of(train.features()), target);
  }

  /** The training part's mean, for empty cells where the recipe wants that. */
  private static float fill(
      Recipe recipe, String column, List<Optional<Float>> cells, Parts parts) {
    if (!recipe.data().missing().equals(Optional.of(Recipe.Missing.MEAN))) {
      int at = cells.indexOf(Optional.<Float>empty());
      if (at >= 0) {
        throw new DataException("row " + (at + 1) + ": column '" + column + "' is empty");
      }
    }
    return (float)
        Arrays.stream(parts.train())
            .mapToObj(cells::get)
            .flatMap(Optional::stream)
            .mapToDouble(Float::doubleValue)
            .average()
            .orElse(0);
  }

  private static Prepared text(
      Recipe recipe,
      Rows rows,
      List<String> labels,
      float[] targets,
      Reports reports,
      StopSignal stop) {
    List<String> texts = rows.strings(recipe.data().text().orElseThrow());
    float[][] features = new float[texts.size()][0];
    double done = 0;
    double all = (double) texts.size() * recipe.encoders().size();
    for (String name : recipe.encoders()) {
      try (Encoder encoder = Encoder.open(name)) {
        for (int from = 0; from < texts.size(); from += EMBED_CHUNK) {
          if (stop.requested()) {
            throw new StopSignal.Stopped(0);
          }
          reports.phase("embedding", done / all);
          List<String> chunk = texts.subList(from, Math.min(texts.size(), from + EMBED_CHUNK));
          float[][] embedded = encoder.embed(chunk);
          for (int i = 0; i < embedded.length; i++) {
            features[from + i] = joined(features[from + i], embedded[i]);
          }
          done += embedded.length;
        }
      }
    }
    return new Prepared(
        List.of(),
        labels,
        new Examples(features, targets),
        split(recipe, rows, targets),
        Scaling.none(features[0].length),
        Scaling.none(1));
  }

  private static float[] joined(float[] left, float[] right) {
    float[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  /** A part with standardised features and, in regression, standardised values. */
  Examples standardised(int[] rows) {
    Examples part = examples.rows(rows);
    float[][] x = new float[part.size()][part.width()];
    float[] y = part.targets().clone();
    for (int r = 0; r < x.length; r++) {
      for (int c = 0; c < x[r].length; c++) {
        x[r][c] = (part.features()[r][c] - scaling.mean()[c]) / scaling.deviation()[c];
      }
      if (labels.isEmpty()) {
        y[r] = (y[r] - target.mean()[0]) / target.deviation()[0];
      }
    }
    return new Examples(x, y);
  }

  /**
   * A part to learn from. Texts that no answer fits are a class of their own, after the others, so
   * that the model tells them apart from what it knows; with one logit there is no room for that,
   * and they are left out.
   */
  Examples learnt(int[] rows, Recipe recipe) {
    Examples part = standardised(rows);
    if (!learnsOutside(recipe)) {
      return part.scopeUnless(labels.isEmpty());
    }
    float[] classes = part.targets();
    for (int i = 0; i < classes.length; i++) {
      classes[i] = classes[i] < 0 ? labels.size() : classes[i];
    }
    return new Examples(part.features(), classes);
  }

  private boolean learnsOutside(Recipe recipe) {
    return recipe.data().outOfScope().isPresent() && recipe.loss() == Recipe.Loss.CROSS_ENTROPY;
  }

  Head head(Recipe recipe) {
    return switch (recipe.loss()) {
      case CROSS_ENTROPY -> Head.SOFTMAX;
      case BCE -> Head.SIGMOID;
      case MSE -> Head.VALUE;
    };
  }

  List<Integer> widths(Recipe recipe) {
    List<Integer> widths = new ArrayList<>();
    widths.add(examples.width());
    widths.addAll(recipe.model().hidden());
    int classes = labels.size() + (learnsOutside(recipe) ? 1 : 0);
    widths.add(recipe.loss() == Recipe.Loss.CROSS_ENTROPY ? classes : 1);
    return widths;
  }
}
