package dev.weir.core.job;

import java.util.Map;

/**
 * Values at a step, such as {@code train-loss}, {@code validation-accuracy}. A resumed attempt
 * writes the same points again.
 */
public record MetricPoint(long step, int epoch, Map<String, Double> values) {
  public MetricPoint {
    values = Map.copyOf(values);
  }
}
