package dev.weir.core.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Values at a step, such as {@code train-loss}, {@code validation-accuracy}. A resumed attempt
 * writes the same points again.
 *
 * @param at when the agent read it, by the deployment's clock; an algorithm does not know that
 */
public record MetricPoint(long step, int epoch, Optional<Instant> at, Map<String, Double> values) {
  public MetricPoint {
    values = Map.copyOf(values);
  }

  /** The same, read at {@code now}. */
  public MetricPoint at(Instant now) {
    return new MetricPoint(step, epoch, Optional.of(now), values);
  }
}
