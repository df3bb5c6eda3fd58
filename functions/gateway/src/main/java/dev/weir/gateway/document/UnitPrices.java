package dev.weir.gateway.document;

import dev.weir.core.bill.Invoice;
import java.math.BigDecimal;
import java.util.Locale;

/** What a unit costs, in words that a customer can add up again, and how many there are. */
final class UnitPrices {

  private static final int DIGITS_PERCENT = 4;

  private UnitPrices() {}

  /** The smallest units of a row's meter as it counts them: 1500 of scale 3 are 1.500. */
  static String quantity(Invoice.Row row, long smallest) {
    int scale = row.sold().map(Invoice.Sold::scale).orElse(0);
    return String.format(Locale.ROOT, "%,." + scale + "f", BigDecimal.valueOf(smallest, scale));
  }

  /** {@code Tier 2 · 0.50 USD / call + 0.25 USD}, {@code 2.5 % · 0.01 USD / cent}. */
  static String of(Invoice.Row row, Invoice.Tier tier, String currency, Language language) {
    String number = language.say("Tier") + " " + tier.tier();
    if (row.sold().isEmpty()) {
      return number;
    }
    Invoice.Sold sold = row.sold().get();
    String price = perUnit(sold, tier, currency, language);
    return switch (sold.model().orElse("")) {
      case "graduated", "volume" ->
          "%s · %s%s"
              .formatted(
                  number,
                  price,
                  tier.flatMicros().map(flat -> " + " + Papers.amount(flat, currency)).orElse(""));
      default -> price;
    };
  }

  private static String perUnit(
      Invoice.Sold sold, Invoice.Tier tier, String currency, Language language) {
    if (sold.worthMicros().isPresent()) {
      BigDecimal percent = BigDecimal.valueOf(tier.unitPriceMicros(), DIGITS_PERCENT);
      return "%s %% · %s / %s"
          .formatted(
              percent.stripTrailingZeros().toPlainString(),
              Papers.amount(sold.worthMicros().get(), currency),
              units(sold, 1, language));
    }
    return Papers.amount(tier.unitPriceMicros(), currency)
        + " / "
        + units(sold, tier.unitSize(), language);
  }

  /** {@code call}, {@code 1,000 token}, {@code 0.001 GB}. */
  private static String units(Invoice.Sold sold, long smallest, Language language) {
    BigDecimal units = BigDecimal.valueOf(smallest, sold.scale()).stripTrailingZeros();
    String unit = language.say(sold.unit());
    int decimals = Math.max(0, units.scale());
    return units.compareTo(BigDecimal.ONE) == 0
        ? unit
        : String.format(Locale.ROOT, "%,." + decimals + "f %s", units, unit);
  }
}
