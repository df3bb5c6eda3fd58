package dev.weir.gateway.control;

import java.math.BigDecimal;

/** Amounts for people: 10⁻⁶ of a cent or fen as dollars or yuan, exactly, without a float. */
final class Amounts {

  private static final int MICROS_DIGITS = 8;

  private Amounts() {}

  static String text(long micros, String currency) {
    BigDecimal amount = BigDecimal.valueOf(micros, MICROS_DIGITS).stripTrailingZeros();
    BigDecimal padded = amount.scale() < 2 ? amount.setScale(2) : amount;
    return padded.toPlainString() + " " + currency;
  }
}
