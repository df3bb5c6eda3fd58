package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.math.BigDecimal;

/** Tiers and factors as people write them. */
final class Tiers {

  private static final int MILLIONTHS_DIGITS = 6;

  private Tiers() {}

  /** {@code 1000:0.02,10000:0.015+5,*:0.01}: up to, price of a unit, and what the tier costs. */
  static ArrayNode of(String text, long unitSize, String currency) {
    ArrayNode tiers = Json.MAPPER.createArrayNode();
    for (String tier : text.split(",", -1)) {
      String[] parts = tier.split("[:+]", -1);
      if (parts.length < 2 || parts.length > 3) {
        throw Failure.usage("tier \"" + tier + "\" is not UPTO:AMOUNT or UPTO:AMOUNT+FLAT");
      }
      ObjectNode node = tiers.addObject();
      if (!parts[0].equals("*")) {
        node.put("upTo", number("tier " + tier, parts[0]));
      }
      node.put("unitPriceMicros", Money.micros(parts[1], currency))
          .put("unitSize", unitSize)
          .put("flatMicros", parts.length == 3 ? Money.micros(parts[2], currency) : 0)
          .put("wholeUnits", false);
    }
    return tiers;
  }

  /** A number as millionths: 0.8 is 800 000; of percents, two digits less. */
  static long millionths(String text) {
    return millionths(text, MILLIONTHS_DIGITS);
  }

  static long millionths(String text, int digits) {
    try {
      return new BigDecimal(text).movePointRight(digits).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw Failure.usage("\"%s\" is no number with at most %d decimals".formatted(text, digits));
    }
  }

  /** Millionths as per cent, as a person wrote them: 200 000 is 20. */
  static String percent(long millionths) {
    return BigDecimal.valueOf(millionths, 4).stripTrailingZeros().toPlainString();
  }

  static long number(String what, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Failure.usage(what + ": \"" + text + "\" is no whole number");
    }
  }
}
