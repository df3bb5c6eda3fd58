package dev.weir.core.job;

import dev.weir.core.dataset.DatasetVersion;
import dev.weir.core.model.Task;

/**
 * What one attempt may take at most when all epochs run; early stopping makes it less.
 *
 * @param micros at {@code rate}
 */
public record Estimate(long seconds, long micros, ComputeRate rate) {

  private static final long START_MS = 8_000;
  // Measured on one vCPU: a step of a small network with its optimiser, and one embedded text,
  // which runs through the one encoder that knows its script.
  private static final long STEP_MICROSECONDS = 900;
  private static final long EMBED_MICROSECONDS = 5_000;
  private static final long PARAMETERS_PER_MICROSECOND = 400;

  static Estimate of(Recipe recipe, DatasetVersion dataset, ComputeRate rate) {
    long rows = dataset.profile().rows();
    boolean text = recipe.recipe() == Task.TEXT_CLASSIFICATION;
    long width = text ? 512L * recipe.encoders().size() : dataset.schema().columns().size();
    long parameters = 0;
    for (int hidden : recipe.model().hidden()) {
      parameters += width * hidden;
      width = hidden;
    }
    double learnt = 1 - recipe.split().validation() - recipe.split().test();
    long steps =
        Math.ceilDiv((long) Math.ceil(rows * learnt), recipe.training().batchSize())
            * recipe.training().epochs();
    long stepMicroseconds =
        STEP_MICROSECONDS
            + parameters * 3 / PARAMETERS_PER_MICROSECOND
            + parameters * recipe.training().batchSize() / (PARAMETERS_PER_MICROSECOND * 50);
    long embedMicroseconds = text ? rows * EMBED_MICROSECONDS : 0;
    long ms = START_MS + (steps * stepMicroseconds + embedMicroseconds) / 1000;
    long limitMs = recipe.host().timeoutMinutes() * 60_000L;
    ms = Math.min(ms, limitMs);
    return new Estimate(Math.ceilDiv(ms, 1000L), rate.micros(recipe.host(), ms), rate);
  }
}
