package dev.weir.core.infer;

import java.util.Optional;

/**
 * Tokens of one answer.
 *
 * @param estimated whether Weir counted them, because the service sent none or none to believe
 * @param flag what was wrong with the numbers that the service sent
 */
public record Tokens(long input, long output, boolean estimated, Optional<String> flag) {

  public static Tokens exact(long input, long output) {
    return new Tokens(input, output, false, Optional.empty());
  }

  static Tokens estimate(long input, long output, Optional<String> flag) {
    return new Tokens(input, output, true, flag);
  }
}
