package dev.weir.worker.train;

import dev.weir.core.job.Recipe;
import dev.weir.core.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A model card in Markdown, with the front matter that model hubs read. */
final class ModelCard {

  private ModelCard() {}

  static String of(
      Recipe recipe, Origin origin, Prepared data, Evaluation evaluation, Trainer.Result result) {
    String task = recipe.recipe().wireName();
    return """
    ---
    library_name: weir
    pipeline_tag: %s
    datasets:
    - %s
    metrics:
    %s
    ---

    # %s

    A model for %s, made by Weir job `%s` (attempt %d).

    ## Test part

    Rows: %d learnt from, %d to choose by, %d to measure on. `baseline-…` is what one gets by
    always giving the most frequent class, or the mean.

    | metric | value |
    |---|---|
    %s

    ## Where it comes from

    | | |
    |---|---|
    | dataset | `%s`, SHA-256 `%s` |
    | recipe | SHA-256 `%s` |
    | code | %s |
    | seed | %d |
    | best epoch | %d of %d |
    | predicts | %s |
    | from | %s |

    ## Limits

    It knows what was in its dataset and nothing else. Measure it on your own data first.%s

    ## Recipe

    ```json
    %s
    ```
    """
        .formatted(
            task,
            origin.lineage().dataset(),
            evaluation.metrics().keySet().stream()
                .map(m -> "- " + m)
                .collect(Collectors.joining("\n")),
            origin.model(),
            task.replace('-', ' '),
            origin.lineage().jobId(),
            origin.lineage().attempt(),
            data.parts().train().length,
            data.parts().validation().length,
            data.parts().test().length,
            evaluation.metrics().entrySet().stream()
                .map(ModelCard::row)
                .collect(Collectors.joining("\n")),
            origin.lineage().dataset(),
            origin.lineage().datasetSha256(),
            origin.lineage().recipeSha256(),
            origin.lineage().codeVersion(),
            origin.lineage().seed(),
            result.bestEpoch(),
            result.epochs(),
            data.labels().isEmpty()
                ? "the number `" + recipe.data().label() + "`"
                : data.labels().size() + " classes of `" + recipe.data().label() + "`",
            recipe.encoders().isEmpty()
                ? data.columns().size() + " numbers"
                : "text, through " + String.join(" and ", recipe.encoders()),
            evaluation.threshold().map(ModelCard::honesty).orElse(""),
            Json.write(recipe));
  }

  private static String honesty(double threshold) {
    return String.format(
        Locale.ROOT,
        """

        Where its best score is below %.3f it says that it does not know. `answered` is the share of the
        test part's questions inside its scope that it answers at all, `answered-right` that it answers
        rightly, `out-of-scope-refused` the share of those outside that it refuses.\
        """,
        threshold);
  }

  private static String row(Map.Entry<String, Double> metric) {
    return String.format(Locale.ROOT, "| %s | %.4f |", metric.getKey(), metric.getValue());
  }
}
