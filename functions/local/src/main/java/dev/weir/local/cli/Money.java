package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/** Amounts as people write them; Weir counts in 10⁻⁶ of a currency's minor unit. */
public final class Money {

  private static final int MICRO_DIGITS = 6;

  private Money() {}

  /** The exact amount, with at least the currency's own digits: {@code 0.0125 USD}. */
  public static String exact(long micros, String currency) {
    BigDecimal amount = major(micros, currency).stripTrailingZeros();
    int digits = digits(currency);
    return (amount.scale() < digits ? amount.setScale(digits) : amount).toPlainString()
        + " "
        + currency;
  }

  /** An item's amount in the item's currency, exactly. */
  static String of(JsonNode item, String field) {
    return exact(item.path(field).asLong(), ApiCommand.text(item, "currency"));
  }

  /** Rounded half even to the currency's own digits, for tables. */
  public static String rounded(long micros, String currency) {
    return "%,.{d}f"
        .replace("{d}", Integer.toString(digits(currency)))
        .formatted(major(micros, currency).setScale(digits(currency), RoundingMode.HALF_EVEN));
  }

  /** Rounded to six decimals: for costs that are far below a cent. */
  public static String fine(long micros, String currency) {
    return "%,.6f".formatted(major(micros, currency).setScale(6, RoundingMode.HALF_EVEN));
  }

  /** The micros of an amount in major units; refuses what is finer than one micro. */
  public static long micros(String amount, String currency) {
    try {
      return new BigDecimal(amount)
          .movePointRight(MICRO_DIGITS + digits(currency))
          .longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw Failure.usage(
          "amount \"%s\" is no number of %s with at most %d decimals"
              .formatted(amount, currency, MICRO_DIGITS + digits(currency)));
    }
  }

  private static BigDecimal major(long micros, String currency) {
    return BigDecimal.valueOf(micros, MICRO_DIGITS + digits(currency));
  }

  private static int digits(String currency) {
    try {
      return Currency.getInstance(currency).getDefaultFractionDigits();
    } catch (IllegalArgumentException e) {
      throw Failure.usage("currency \"" + currency + "\" is not of ISO 4217");
    }
  }
}
