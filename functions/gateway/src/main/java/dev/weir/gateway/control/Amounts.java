package dev.weir.gateway.control;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.math.BigDecimal;

/** Amounts that people move. */
final class Amounts {

  private static final int MICROS_DIGITS = 8;
  private static final long MINOR_MICROS = 1_000_000;

  private Amounts() {}

  /** A 422 problem for an amount that nobody can pay or give back: finer than a cent or fen. */
  static long payable(String what, long micros) {
    if (micros % MINOR_MICROS != 0) {
      String amount =
          BigDecimal.valueOf(micros, MICROS_DIGITS).stripTrailingZeros().toPlainString();
      throw new ProblemException(
          Problem.invalid("%s %s is finer than 0.01".formatted(what, amount)));
    }
    return micros;
  }
}
