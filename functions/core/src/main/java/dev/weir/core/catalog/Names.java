package dev.weir.core.catalog;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.regex.Pattern;

/** What the names and amounts of the catalog may look like. */
final class Names {

  /** The largest amount of a price, in 10⁻⁶ of the minor unit: 10 million of the major unit. */
  static final long AMOUNT_MAX_MICROS = 1_000_000_000_000_000L;

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern METER = Pattern.compile("[a-z0-9_-]{1,64}");

  private Names() {}

  static void checkId(String what, String id) {
    if (!ID.matcher(id).matches()) {
      throw invalid(what + " id \"" + id + "\" is not [a-z0-9-]{1,64}");
    }
  }

  static void checkMeter(String id) {
    if (!METER.matcher(id).matches()) {
      throw invalid("meter id \"" + id + "\" is not [a-z0-9_-]{1,64}");
    }
  }

  static void checkCurrency(String currency) {
    if (!Currencies.known(currency)) {
      throw invalid("currency \"" + currency + "\" is not one of " + Currencies.ALL);
    }
  }

  static void checkAmount(String what, long micros) {
    checkRange(what, micros, 0, AMOUNT_MAX_MICROS);
  }

  static void checkRange(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw invalid(what + " " + value + " not in " + min + ".." + max);
    }
  }

  static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
