package dev.weir.core.job;

import dev.weir.core.dataset.Column;
import dev.weir.core.dataset.ColumnType;
import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.dataset.Profile.ColumnProfile;
import dev.weir.core.dataset.Schema;
import dev.weir.core.model.Task;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.Problem.Violation;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds a recipe against the profile of its dataset, before anything is launched. */
final class RecipeCheck {

  /** The fewest rows that can be learnt from and measured on. */
  static final int ROWS_MIN = 10;

  /** The fewest rows of a class: one to learn, one to validate, one to test. */
  static final int CLASS_ROWS_MIN = 3;

  private final Recipe recipe;
  private final DatasetVersion dataset;
  private final List<Violation> violations = new ArrayList<>();

  private RecipeCheck(Recipe recipe, DatasetVersion dataset) {
    this.recipe = recipe;
    this.dataset = dataset;
  }

  static void check(Recipe recipe, DatasetVersion dataset) {
    RecipeCheck check = new RecipeCheck(recipe, dataset);
    check.run();
    if (!check.violations.isEmpty()) {
      Violation first = check.violations.getFirst();
      throw new ProblemException(
          Problem.invalid(
              "the recipe does not fit dataset %s; %s: %s"
                  .formatted(dataset.reference(), first.pointer(), first.detail()),
              check.violations));
    }
  }

  /** The columns that a tabular recipe predicts from. */
  static List<String> features(Recipe recipe, Schema schema) {
    return recipe.data().features().isEmpty()
        ? schema.names().stream()
            .filter(n -> !n.equals(recipe.data().label()))
            .filter(n -> !recipe.data().group().equals(Optional.of(n)))
            .filter(n -> !schema.subject().equals(Optional.of(n)))
            .toList()
        : recipe.data().features();
  }

  /** The algorithm sees no schema: where one names a subject, it is told which columns to take. */
  static List<String> pinnedFeatures(Recipe recipe, Schema schema) {
    boolean told = recipe.recipe() != Task.TEXT_CLASSIFICATION && schema.subject().isPresent();
    return told ? features(recipe, schema) : recipe.data().features();
  }

  private void run() {
    if (dataset.profile().rows() < ROWS_MIN) {
      violation("/data/dataset", "rows " + dataset.profile().rows() + " < " + ROWS_MIN);
    }
    if (recipe.split().validation() + recipe.split().test() > 0.8) {
      violation("/split", "validation + test > 0.8");
    }
    Optional<Column> label = column("/data/label", recipe.data().label());
    notSubject("/data/label", recipe.data().label());
    recipe.data().text().ifPresent(text -> notSubject("/data/text", text));
    recipe.data().group().ifPresent(this::group);
    if (recipe.recipe() == Task.TEXT_CLASSIFICATION) {
      recipe
          .data()
          .text()
          .flatMap(text -> column("/data/text", text))
          .filter(c -> c.type() != ColumnType.TEXT)
          .ifPresent(c -> violation("/data/text", "column '" + c.name() + "' is not text"));
    } else {
      features();
    }
    if (label.isEmpty()) {
      return;
    }
    ColumnProfile profile = dataset.profile().column(label.get().name()).orElseThrow();
    if (profile.nulls() > 0) {
      violation("/data/label", "column '" + profile.name() + "' has " + empty(profile));
    }
    if (recipe.recipe() == Task.TABULAR_REGRESSION) {
      if (!label.get().type().numeric()) {
        violation("/data/label", "column '" + profile.name() + "' is text, not a number");
      }
    } else {
      classes(profile);
    }
  }

  private void notSubject(String pointer, String name) {
    if (dataset.schema().subject().equals(Optional.of(name))) {
      violation(pointer, "column '" + name + "' says whose words a row holds; it is not learnt");
    }
  }

  private void group(String name) {
    Optional<Column> column = column("/data/group", name);
    dataset
        .profile()
        .column(name)
        .filter(c -> column.isPresent() && c.nulls() > 0)
        .ifPresent(c -> violation("/data/group", "column '" + name + "' has " + empty(c)));
  }

  private Optional<Column> column(String pointer, String name) {
    Optional<Column> column = dataset.schema().column(name);
    if (column.isEmpty()) {
      List<String> names = dataset.schema().names();
      violation(
          pointer,
          "dataset "
              + dataset.reference()
              + " has no column '"
              + name
              + "'"
              + Suggestion.nearest(name, names)
                  .map(s -> "; did you mean '" + s + "'?")
                  .orElse(" among " + (names.size() > 20 ? names.subList(0, 20) : names)));
    }
    return column;
  }

  private void features() {
    List<String> features = features(recipe, dataset.schema());
    if (features.isEmpty()) {
      violation("/data/features", "0 features");
    }
    for (int i = 0; i < features.size(); i++) {
      String name = features.get(i);
      String pointer =
          recipe.data().features().isEmpty() ? "/data/features" : "/data/features/" + i;
      Optional<Column> column = column(pointer, name);
      if (name.equals(recipe.data().label())) {
        violation(pointer, "the label '" + name + "' cannot be a feature");
      }
      if (column.isPresent() && !column.get().type().numeric()) {
        violation(pointer, "column '" + name + "' is text, not a number");
      }
      dataset
          .profile()
          .column(name)
          .filter(c -> c.nulls() > 0 && !fills())
          .ifPresent(c ->
              violation(
                  pointer,
                  "column '"
                      + name
                      + "' has "
                      + empty(c)
                      + "; set /data/missing to \"mean\" to fill them"));
    }
  }

  private boolean fills() {
    return recipe.data().missing().equals(Optional.of(Recipe.Missing.MEAN));
  }

  private static String empty(ColumnProfile column) {
    return column.nulls() + (column.nulls() == 1 ? " empty cell" : " empty cells");
  }

  private void classes(ColumnProfile label) {
    Map<String, Long> values = label.values();
    if (values.isEmpty()) {
      violation(
          "/data/label",
          "column '" + label.name() + "' has more than " + label.distinct() + " classes");
      return;
    }
    long classes = values.keySet().stream().filter(v -> !outOfScope(v)).count();
    if (classes < 2) {
      violation(
          "/data/label", "column '" + label.name() + "' has " + classes + " class; 2 are needed");
    }
    if (recipe.loss() == Recipe.Loss.BCE && classes != 2) {
      violation("/loss", "bce needs 2 classes, column '" + label.name() + "' has " + classes);
    }
    values.entrySet().stream()
        .filter(e -> e.getValue() < CLASS_ROWS_MIN)
        .sorted(Map.Entry.comparingByKey())
        .limit(10)
        .forEach(e ->
            violation(
                "/data/label",
                "class '%s' has rows %d < %d".formatted(e.getKey(), e.getValue(), CLASS_ROWS_MIN)));
    recipe
        .data()
        .outOfScope()
        .filter(o -> !values.containsKey(o))
        .ifPresent(o ->
            violation(
                "/data/outOfScope",
                "column '" + label.name() + "' never has the value '" + o + "'"));
  }

  private boolean outOfScope(String value) {
    return recipe.data().outOfScope().equals(Optional.of(value));
  }

  private void violation(String pointer, String detail) {
    violations.add(new Violation(pointer, detail));
  }
}
