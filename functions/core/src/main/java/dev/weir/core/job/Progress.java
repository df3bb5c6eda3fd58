package dev.weir.core.job;

import java.util.Optional;

/**
 * How far an attempt is.
 *
 * @param phase {@code loading, embedding, training, evaluating, exporting, uploading}
 * @param fraction of all the work, 0 to 1
 * @param secondsLeft estimated
 */
public record Progress(
    String phase,
    double fraction,
    int epoch,
    int epochs,
    long step,
    Optional<Double> loss,
    Optional<Double> metric,
    Optional<Long> secondsLeft) {

  public static final Progress NONE =
      new Progress("starting", 0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());
}
