package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Every kind of charge as an option; what the options cannot say, a file can. */
@Command(
    name = "price",
    description = "A plan's next price version; it never changes again.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plans price chat 1 --flat 9 --per-unit calls=0.02 --included calls=100",
      "  weir plans price chat 2 --graduated tokens=1000000:0.002,*:0.001 --unit tokens=1000",
      "  weir plans price chat 3 --volume calls=1000:0.02,*:0.01 --commit 50 --trial 14",
      "  weir plans price chat 4 --package calls=100:1.50 --one-time setup=99",
      "  weir plans price chat 5 --per-unit calls=0.02 --credit-pack big=90:100:365",
      "  weir plans price shop 1 --percentage turnover=2.5:0.01   2.5 %% of a turnover in cents"
    })
final class PriceCommand extends ApiCommand {

  @Parameters(index = "0", paramLabel = "PLAN")
  String plan = "";

  @Parameters(index = "1", paramLabel = "VERSION")
  int version;

  @Option(names = "--flat", paramLabel = "AMOUNT", description = "Each month, in advance.")
  @Nullable String flat;

  @Option(names = "--yearly", paramLabel = "AMOUNT", description = "Each year, in advance.")
  @Nullable String yearly;

  @Option(
      names = "--billing-day",
      description = "The day of the month that periods begin on (default: the agreement's own).")
  @Nullable Integer billingDay;

  @Option(names = "--per-unit", paramLabel = "METER=AMOUNT", description = "Each unit.")
  Map<String, String> perUnit = Map.of();

  @Option(
      names = "--graduated",
      paramLabel = "METER=TIERS",
      description = "UPTO:AMOUNT[+FLAT],… the last with *; each tier's units at its price.")
  Map<String, String> graduated = Map.of();

  @Option(
      names = "--volume",
      paramLabel = "METER=TIERS",
      description = "The same, but all units at the price of the tier that their sum is in.")
  Map<String, String> volume = Map.of();

  @Option(
      names = "--package",
      paramLabel = "METER=SIZE:AMOUNT",
      description = "Each package that was begun.")
  Map<String, String> packages = Map.of();

  @Option(
      names = "--percentage",
      paramLabel = "METER=PERCENT:WORTH",
      description = "A share of a value of which the meter counts units worth so much.")
  Map<String, String> percentages = Map.of();

  @Option(names = "--included", paramLabel = "METER=N", description = "Free units a month.")
  Map<String, Long> included = Map.of();

  @Option(
      names = "--unit",
      paramLabel = "METER=N",
      description = "How many units a unit price is for (default: 1).")
  Map<String, Long> unit = Map.of();

  @Option(names = "--one-time", paramLabel = "NAME=AMOUNT", description = "Once an agreement.")
  Map<String, String> oneTime = Map.of();

  @Option(names = "--commit", paramLabel = "AMOUNT", description = "The least that a month costs.")
  @Nullable String commit;

  @Option(names = "--trial", paramLabel = "DAYS", description = "Free days at the beginning.")
  @Nullable Integer trial;

  @Option(
      names = "--credit-pack",
      paramLabel = "ID=PRICE:CREDIT:DAYS",
      description = "Credit that can be bought in advance.")
  Map<String, String> creditPacks = Map.of();

  @Option(names = "--charges", paramLabel = "FILE", description = "More charges, as JSON.")
  @Nullable Path file;

  @Option(names = "--from", description = "Effective from (default: now).")
  @Nullable Instant from;

  @Override
  public Integer call() {
    Api api = api();
    requirePriced("--included", included);
    requirePriced("--unit", unit);
    String path = "/control/v1/plans/" + Api.encode(plan);
    String currency = text(api.get(path), "currency");
    ObjectNode body = Json.MAPPER.createObjectNode();
    if (from != null) {
      body.put("effectiveFrom", from.toString());
    }
    ArrayNode charges = body.putArray("charges");
    byTime(charges, currency);
    byQuantity(charges, currency);
    if (file != null) {
      for (JsonNode charge : readJson(file)) {
        charges.add(charge);
      }
    }
    return show(
        api.put(path + "/prices/" + version, body),
        p -> "plan %s price version %d".formatted(plan, version));
  }

  private void requirePriced(String option, Map<String, Long> named) {
    List<String> unpriced = new ArrayList<>(named.keySet());
    for (Map<String, String> priced : List.of(perUnit, graduated, volume, packages, percentages)) {
      unpriced.removeAll(priced.keySet());
    }
    if (!unpriced.isEmpty()) {
      throw Failure.usage(option + " of " + unpriced + ", which no option prices");
    }
  }

  private void byTime(ArrayNode charges, String currency) {
    subscription(charges, flat, "MONTH", currency);
    subscription(charges, yearly, "YEAR", currency);
    oneTime.forEach((name, amount) ->
        charges
            .addObject()
            .put("type", "one-time")
            .put("name", name)
            .put("amountMicros", Money.micros(amount, currency)));
    if (commit != null) {
      charges
          .addObject()
          .put("type", "commitment")
          .put("amountMicros", Money.micros(commit, currency));
    }
    if (trial != null) {
      charges.addObject().put("type", "trial").put("days", trial);
    }
    creditPacks.forEach((id, text) -> {
      String[] parts = parts("--credit-pack " + id, text, 3);
      charges
          .addObject()
          .put("type", "credit-pack")
          .put("id", id)
          .put("priceMicros", Money.micros(parts[0], currency))
          .put("creditMicros", Money.micros(parts[1], currency))
          .put("validDays", Tiers.number("--credit-pack " + id, parts[2]));
    });
  }

  private void subscription(
      ArrayNode charges, @Nullable String amount, String period, String currency) {
    if (amount == null) {
      return;
    }
    ObjectNode charge =
        charges
            .addObject()
            .put("type", "flat")
            .put("amountMicros", Money.micros(amount, currency))
            .put("period", period);
    if (billingDay != null) {
      charge.put("billingDay", billingDay);
    }
  }

  private void byQuantity(ArrayNode charges, String currency) {
    perUnit.forEach((meter, amount) ->
        metered(charges, "per-unit", meter)
            .put("unitPriceMicros", Money.micros(amount, currency))
            .put("unitSize", unit.getOrDefault(meter, 1L)));
    graduated.forEach((meter, tiers) ->
        metered(charges, "graduated", meter)
            .set("tiers", Tiers.of(tiers, unit.getOrDefault(meter, 1L), currency)));
    volume.forEach((meter, tiers) ->
        metered(charges, "volume", meter)
            .set("tiers", Tiers.of(tiers, unit.getOrDefault(meter, 1L), currency)));
    packages.forEach((meter, text) -> {
      String[] parts = parts("--package " + meter, text, 2);
      metered(charges, "package", meter)
          .put("packageSize", Tiers.number("--package " + meter, parts[0]))
          .put("packagePriceMicros", Money.micros(parts[1], currency));
    });
    percentages.forEach((meter, text) -> {
      String[] parts = parts("--percentage " + meter, text, 2);
      metered(charges, "percentage", meter)
          .put("rateMillionths", Tiers.millionths(parts[0], 4))
          .put("unitMicros", Money.micros(parts[1], currency));
    });
  }

  private ObjectNode metered(ArrayNode charges, String type, String meter) {
    return charges
        .addObject()
        .put("type", type)
        .put("meter", meter)
        .put("includedQuantity", included.getOrDefault(meter, 0L));
  }

  private static String[] parts(String option, String text, int count) {
    String[] parts = text.split(":", -1);
    if (parts.length != count) {
      throw Failure.usage(option + "=" + text + " has not " + count + " parts");
    }
    return parts;
  }
}
