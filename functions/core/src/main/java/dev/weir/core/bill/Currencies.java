package dev.weir.core.bill;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;

/** The currencies that amounts can be in. */
final class Currencies {

  private static final List<String> ALL = List.of("CNY", "USD");

  private Currencies() {}

  /** A 422 problem for another one. */
  static void check(String currency, String of) {
    if (!ALL.contains(currency)) {
      throw new ProblemException(
          Problem.invalid("currency \"%s\" is none of %s (%s)".formatted(currency, ALL, of)));
    }
  }
}
