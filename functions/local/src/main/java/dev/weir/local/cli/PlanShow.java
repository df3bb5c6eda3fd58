package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A plan with all versions of its prices, in words. */
@Command(name = "show", description = "A plan, and what each version of its prices charges.")
final class PlanShow extends ApiCommand {

  @Parameters(paramLabel = "PLAN", description = "Which: weir plans list.")
  String id = "";

  @Override
  public Integer call() {
    return show(api().get("/control/v1/plans/" + Api.encode(id)), PlanShow::words);
  }

  private static String words(JsonNode plan) {
    String currency = text(plan, "currency");
    StringBuilder words = new StringBuilder();
    words.append(
        "plan %s: %s, product %s, in %s%n"
            .formatted(text(plan, "id"), text(plan, "name"), text(plan, "productId"), currency));
    for (JsonNode price : plan.path("prices")) {
      words.append(
          "version %s, for sale from %s%n"
              .formatted(text(price, "version"), text(price, "effectiveFrom")));
      price
          .path("charges")
          .forEach(charge -> words.append("  ").append(charge(charge, currency)).append('\n'));
    }
    return plan.path("prices").isEmpty()
        ? words + "no price yet: weir plans price " + text(plan, "id") + " 1"
        : words.toString();
  }

  private static String charge(JsonNode charge, String currency) {
    String type = text(charge, "type");
    return switch (type) {
      case "flat" ->
          "subscription: %s a %s%s"
              .formatted(
                  amount(charge, "amountMicros", currency),
                  text(charge, "period").toLowerCase(Locale.ROOT),
                  charge.has("billingDay") ? ", from day " + text(charge, "billingDay") : "");
      case "one-time" ->
          "once, %s: %s".formatted(text(charge, "name"), amount(charge, "amountMicros", currency));
      case "per-unit" -> metered(charge, unit(charge, currency));
      case "graduated" ->
          metered(charge, "each tier's units at its price, " + tiers(charge, currency));
      case "volume" -> metered(charge, "all units at one tier's price, " + tiers(charge, currency));
      case "package" ->
          metered(
              charge,
              "%s for each %s that were begun"
                  .formatted(
                      amount(charge, "packagePriceMicros", currency), text(charge, "packageSize")));
      case "percentage" ->
          metered(
              charge,
              "%s %% of %s for each unit"
                  .formatted(
                      Tiers.percent(charge.path("rateMillionths").asLong()),
                      amount(charge, "unitMicros", currency)));
      case "commitment" ->
          "at least %s a month of use".formatted(amount(charge, "amountMicros", currency));
      case "credit-pack" ->
          "credit pack %s: %s for %s, to be used within %s days"
              .formatted(
                  text(charge, "id"),
                  amount(charge, "creditMicros", currency),
                  amount(charge, "priceMicros", currency),
                  text(charge, "validDays"));
      case "trial" -> "trial: the first %s days are free".formatted(text(charge, "days"));
      default -> charge.toString();
    };
  }

  private static String amount(JsonNode of, String field, String currency) {
    return Money.exact(of.path(field).asLong(), currency);
  }

  private static String metered(JsonNode charge, String price) {
    long included = charge.path("includedQuantity").asLong();
    String free = included == 0 ? "" : ", the first " + included + " a month included";
    return text(charge, "meter") + ": " + price + free;
  }

  private static String unit(JsonNode of, String currency) {
    long size = of.path("unitSize").asLong();
    return amount(of, "unitPriceMicros", currency) + (size == 1 ? " each" : " for each " + size);
  }

  private static String tiers(JsonNode charge, String currency) {
    List<String> tiers = new ArrayList<>();
    for (JsonNode tier : charge.path("tiers")) {
      boolean last = tiers.size() == charge.path("tiers").size() - 1;
      String flat =
          tier.path("flatMicros").asLong() == 0 ? "" : " + " + amount(tier, "flatMicros", currency);
      // The last tier goes on, also where it names an end.
      String end = last ? "above" : "to " + text(tier, "upTo");
      tiers.add(end + " " + unit(tier, currency) + flat);
    }
    return String.join("; ", tiers);
  }
}
