package dev.weir.worker.train;

import dev.weir.core.job.Recipe;
import dev.weir.worker.data.Examples;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

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
    float[][] scores = trainer.scores(weights, inside);
    Map<String, Double> metrics =
        new LinkedHashMap<>(Metrics.classification(scores, inside.targets()));
    metrics.putAll(
        Metrics.majority(most(train, data.labels()), data.labels().size(), inside.targets()));
    Optional<Double> threshold = Optional.empty();
    if (!recipe.encoders().isEmpty()) {
      Examples validation = data.standardised(data.parts().validation());
      double chosen = recipe.threshold().orElseGet(() -> choose(validation, trainer, weights));
      threshold = Optional.of(chosen);
      metrics.put("threshold", chosen);
      metrics.putAll(answered(chosen, scores, inside.targets()));
      Examples outside = test.scope(false);
      if (outside.size() > 0) {
        metrics.put("out-of-scope-refused", 1 - over(chosen, trainer.scores(weights, outside)));
      }
    }
    return new Evaluation(metrics, threshold, Metrics.confusion(scores, inside.targets()), scores);
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
   * The threshold of the greatest gain on the validation part, where a right answer gains one, a
   * wrong one, or one to a text outside the scope, loses one, and no answer does neither; a half
   * where nothing outside is known.
   */
  private static double choose(
      Examples validation, Trainer trainer, Map<String, Safetensors.Tensor> weights) {
    Examples inside = validation.scope(true);
    Examples outside = validation.scope(false);
    if (outside.size() == 0) {
      return THRESHOLD_DEFAULT;
    }
    float[][] in = trainer.scores(weights, inside);
    float[][] out = trainer.scores(weights, outside);
    TreeSet<Double> candidates = new TreeSet<>();
    Arrays.stream(in).forEach(s -> candidates.add((double) s[Metrics.best(s)]));
    Arrays.stream(out).forEach(s -> candidates.add((double) s[Metrics.best(s)] + 1e-6));
    double best = THRESHOLD_DEFAULT;
    double bestValue = Double.NEGATIVE_INFINITY;
    for (double candidate : candidates) {
      Map<String, Double> shares = answered(candidate, in, inside.targets());
      double right = shares.getOrDefault("answered-right", 0.0);
      double wrong = shares.getOrDefault("answered", 0.0) - right;
      double value = (right - wrong) * in.length - over(candidate, out) * out.length;
      if (value > bestValue) {
        bestValue = value;
        best = candidate;
      }
    }
    return Math.min(best, 1);
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
