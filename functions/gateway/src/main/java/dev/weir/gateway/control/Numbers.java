package dev.weir.gateway.control;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;

/** Whole numbers in paths. */
final class Numbers {

  private Numbers() {}

  static int parse(String what, String text, int min, int max) {
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new ProblemException(
        Problem.badRequest(what + " " + text + " is not in " + min + ".." + max));
  }
}
