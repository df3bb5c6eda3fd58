package dev.weir.worker.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** How good a model is on rows it has not learnt from; definitions as in scikit-learn. */
final class Metrics {

  private Metrics() {}

  static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Counts {@code [true class][predicted class]}. */
  static long[][] confusion(float[][] scores, float[] targets) {
    long[][] counts = new long[scores[0].length][scores[0].length];
    for (int i = 0; i < scores.length; i++) {
      counts[(int) targets[i]][best(scores[i])]++;
    }
    return counts;
  }

  /**
   * Accuracy, macro precision, recall and F1 (0 where a class is never predicted), and the area
   * under the ROC curve, one class against the rest on average.
   *
   * @param scores {@code [rows][classes]}
   */
  static Map<String, Double> classification(float[][] scores, float[] targets) {
    Map<String, Double> metrics = new LinkedHashMap<>(macro(confusion(scores, targets)));
    double area = 0;
    int classes = 0;
    for (int k = 0; k < scores[0].length; k++) {
      int positive = k;
      double[] score = Arrays.stream(scores).mapToDouble(s -> s[positive]).toArray();
      double one = rocAuc(score, targets, k);
      if (!Double.isNaN(one)) {
        area += one;
        classes++;
      }
    }
    if (classes > 0) {
      metrics.put("roc-auc", area / classes);
    }
    return metrics;
  }

  /** What always saying the most frequent class of the training part would reach. */
  static Map<String, Double> majority(int most, int classes, float[] targets) {
    long[][] confusion = new long[classes][classes];
    for (float target : targets) {
      confusion[(int) target][most]++;
    }
    Map<String, Double> all = macro(confusion);
    Map<String, Double> baseline = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      if (name.equals("accuracy") || name.equals("f1-macro")) {
        baseline.put("baseline-" + name, value);
      }
    });
    return baseline;
  }

  static Map<String, Double> macro(long[][] confusion) {
    double precisions = 0;
    double recalls = 0;
    double f1s = 0;
    long right = 0;
    long all = 0;
    int classes = confusion.length;
    for (int k = 0; k < classes; k++) {
      long hit = confusion[k][k];
      long said = 0;
      long is = 0;
      for (int j = 0; j < classes; j++) {
        said += confusion[j][k];
        is += confusion[k][j];
      }
      right += hit;
      all += is;
      precisions += said == 0 ? 0 : (double) hit / said;
      recalls += is == 0 ? 0 : (double) hit / is;
      f1s += said + is == 0 ? 0 : 2.0 * hit / (said + is);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", (double) right / all);
    metrics.put("precision-macro", precisions / classes);
    metrics.put("recall-macro", recalls / classes);
    metrics.put("f1-macro", f1s / classes);
    return metrics;
  }

  /**
   * The probability that a row of the class scores higher than another, ties counting half
   * (Mann–Whitney); NaN where all rows, or none, are of the class.
   */
  static double rocAuc(double[] scores, float[] targets, int positive) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double ranks = 0;
    long positives = 0;
    for (int i = 0; i < order.length; ) {
      int end = i;
      while (end < order.length && scores[order[end]] == scores[order[i]]) {
        end++;
      }
      double rank = (i + 1 + end) / 2.0;
      for (; i < end; i++) {
        if ((int) targets[order[i]] == positive) {
          ranks += rank;
          positives++;
        }
      }
    }
    long negatives = scores.length - positives;
    return positives == 0 || negatives == 0
        ? Double.NaN
        : (ranks - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }

  /** RMSE and MAE in the target's unit, R², and the RMSE of always saying the training mean. */
  static Map<String, Double> regression(float[][] values, float[] targets, double trainMean) {
    double mean =
        IntStream.range(0, targets.length).mapToDouble(i -> targets[i]).average().orElse(0);
    double squares = 0;
    double absolute = 0;
    double total = 0;
    double baseline = 0;
    for (int i = 0; i < targets.length; i++) {
      double error = (double) values[i][0] - targets[i];
      squares += error * error;
      absolute += Math.abs(error);
      total += (targets[i] - mean) * (targets[i] - mean);
      baseline += (targets[i] - trainMean) * (targets[i] - trainMean);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("rmse", Math.sqrt(squares / targets.length));
    metrics.put("mae", absolute / targets.length);
    metrics.put("r2", total == 0 ? 0 : 1 - squares / total);
    metrics.put("baseline-rmse", Math.sqrt(baseline / targets.length));
    return metrics;
  }
}
