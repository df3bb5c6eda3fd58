package dev.weir.core.catalog;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.math.BigDecimal;
import java.util.List;

/** The currencies that amounts can be in: each has a minor unit that is a hundredth. */
public final class Currencies {

  /** Their ISO 4217 codes. */
  public static final List<String> ALL = List.of("CNY", "USD");

  private static final int MICROS_DIGITS = 8;
  private static final int DIGITS = 2;

  private Currencies() {}

  public static boolean known(String code) {
    return ALL.contains(code);
  }

  /** A 422 problem for another one. */
  public static void check(String currency, String of) {
    if (!known(currency)) {
      throw new ProblemException(
          Problem.invalid("currency \"%s\" is none of %s (%s)".formatted(currency, ALL, of)));
    }
  }

  /** An amount for people, exact, with at least two decimals: {@code 0.0125 USD}. */
  public static String text(long micros, String currency) {
    BigDecimal amount = BigDecimal.valueOf(micros, MICROS_DIGITS).stripTrailingZeros();
    BigDecimal padded = amount.scale() < DIGITS ? amount.setScale(DIGITS) : amount;
    return padded.toPlainString() + " " + currency;
  }
}
