package dev.weir.worker.train;

import dev.weir.core.job.Recipe;
import dev.weir.worker.data.Examples;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the test part says about a trained model.
 *
 * @param metrics by name, baselines included
 * @param threshold of a text model
 * @param confusion {@code [true][predicted]}; empty in regression
 * @param scores of the test part inside the classes, in the target's own unit
 */
record Evaluation(
    Map<String, Double> metrics, Optional<Double> threshold, long[][] confusion, float[][] scores) {

  /** How many of the texts that it could answer a model answers at least, when it may refuse. */
  static final double ANSWERED_MIN = 0.9;

  private static final double THRESHOLD_DEFAULT = 0.5;

  static Evaluation of(
      Recipe recipe, Prepared data, Trainer trainer, Map<String, Safetensors.Tensor> weights) {
    Examples test = data.standardised(data.parts().test());
    Examples train =
        data.examples().rows(data.parts().train()).scopeUnless(data.labels().isEmpty());
    if (data.labels().isEmpty()) {
      float[][] values = trainer.scores(weights, test);
      for (float[] value : values) {
        value[0] = value[0] * data.target().deviation()[0] + data.target().mean()[0];
      }
      float[] targets = data.examples().rows(data.parts().test()).targets();
      return new Evaluation(
          Metrics.regression(values, targets, data.target().mean()[0]),
          Optional.empty(),
          new long[0][],
          values);
    }
    Examples inside = test.scope(true);
    int classes = data.labels().size();
    float[][] scores = known(trainer.scores(weights, inside), classes);
    Map<String, Double> metrics =
        new LinkedHashMap<>(Metrics.classification(scores, inside.targets()));
    metrics.putAll(
        Metrics.majority(most(train, data.labels()), data.labels().size(), inside.targets()));
    Optional<Double> threshold = Optional.empty();
    if (!recipe.encoders().isEmpty()) {
      Examples validation = data.standardised(data.parts().validation());
      float[][] choosing = known(trainer.scores(weights, validation.scope(true)), classes);
      boolean outsideKnown = validation.scope(false).size() > 0;
      double chosen = recipe.threshold().orElseGet(() -> choose(choosing, outsideKnown));
      threshold = Optional.of(chosen);
      metrics.put("threshold", chosen);
      metrics.putAll(answered(chosen, scores, inside.targets()));
      Examples outside = test.scope(false);
      if (outside.size() > 0) {
        float[][] refused = known(trainer.scores(weights, outside), classes);
        metrics.put("out-of-scope-refused", 1 - over(chosen, refused));
      }
    }
    return new Evaluation(metrics, threshold, Metrics.confusion(scores, inside.targets()), scores);
  }

  /** The classes' scores, without that of being none of them. */
  private static float[][] known(float[][] scores, int classes) {
    return Arrays.stream(scores)
        .map(s -> s.length > classes ? Arrays.copyOf(s, classes) : s)
        .toArray(float[][]::new);
  }

  private static int most(Examples train, List<String> labels) {
    long[] counts = new long[labels.size()];
    for (float target : train.targets()) {
      counts[(int) target]++;
    }
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      most = counts[i] > counts[most] ? i : most;
    }
    return most;
  }

  /**
   * The highest threshold that still answers {@link #ANSWERED_MIN} of the validation part's texts
   * inside the scope; a half where nothing outside is known.
   */
  private static double choose(float[][] inside, boolean outsideKnown) {
    if (!outsideKnown) {
      return THRESHOLD_DEFAULT;
    }
    double[] best = Arrays.stream(inside).mapToDouble(s -> s[Metrics.best(s)]).sorted().toArray();
    return best[(int) Math.floor(best.length * (1 - ANSWERED_MIN))];
  }

  /** The share of rows whose best score reaches the threshold. */
  private static double over(double threshold, float[][] scores) {
    long over = Arrays.stream(scores).filter(s -> s[Metrics.best(s)] >= threshold).count();
    return (double) over / scores.length;
  }

  /** Of the rows inside the scope: answered at all, answered rightly. */
  private static Map<String, Double> answered(double threshold, float[][] scores, float[] targets) {
    long answered = 0;
    long right = 0;
    for (int i = 0; i < scores.length; i++) {
      int best = Metrics.best(scores[i]);
      if (scores[i][best] >= threshold) {
        answered++;
        right += best == (int) targets[i] ? 1 : 0;
      }
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("answered", (double) answered / scores.length);
    shares.put("answered-right", (double) right / scores.length);
    return shares;
  }
}
