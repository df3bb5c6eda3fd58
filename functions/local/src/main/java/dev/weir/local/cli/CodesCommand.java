package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Discount and gift codes. */
@Command(
    name = "codes",
    description = "Discount and gift codes.",
    subcommands = {CodesCommand.Many.class, CodesCommand.Add.class, CodesCommand.Redeem.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir codes add SPRING --percent 20 --months 3 --max 100",
      "  weir codes add TENOFF --amount 10 --currency USD --months 1 --max 1 --plan chat",
      "  weir codes add GIFT25 --credit 25 --currency USD --days 90 --max 500",
      "  weir codes redeem 01ks… SPRING"
    })
final class CodesCommand extends Group {

  private static final String ROOT = "/control/v1/";

  /** What it is good for: {@code 20 % off}, {@code 10.00 USD off a month}. */
  private static String benefit(JsonNode benefit) {
    return switch (ApiCommand.text(benefit, "type")) {
      case "percent" -> Tiers.percent(benefit.path("millionths").asLong()) + " % off";
      case "amount" -> amount(benefit) + " off a month";
      case "credit" ->
          "%s credit for %d days".formatted(amount(benefit), benefit.path("validDays").asInt());
      default -> benefit.toString();
    };
  }

  private static String amount(JsonNode benefit) {
    return Money.exact(benefit.path("micros").asLong(), ApiCommand.text(benefit, "currency"));
  }

  @Command(name = "list", description = "Every code, and how often it was redeemed.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "codes",
          "no codes yet: weir codes add CODE",
          Column.of("code", "code"),
          Column.of("benefit", c -> benefit(c.path("benefit"))),
          Column.of("months", "months"),
          Column.of("redeemed", c -> text(c, "redeemed") + " of " + text(c, "redemptionsMax")),
          Column.of("until", "until"));
    }
  }

  @Command(name = "add", description = "A code; it never changes again.")
  static final class Add extends ApiCommand {
    @Parameters(paramLabel = "CODE", description = "Letters, digits and dashes.")
    String code = "";

    @Option(names = "--percent", description = "So much off all that is charged.")
    @Nullable String percent;

    @Option(names = "--amount", description = "So much off what each month is charged.")
    @Nullable String amount;

    @Option(names = "--credit", description = "So much credit as a gift.")
    @Nullable String credit;

    @Option(names = "--days", description = "How long the credit can be used (default: 365).")
    int days = 365;

    @Option(names = "--currency", description = "Of an amount or a credit.")
    String currency = "";

    @Option(names = "--months", description = "How many months, this included (default: ever).")
    @Nullable Integer months;

    @Option(names = "--max", required = true, description = "How many agreements may have it.")
    long max;

    @Option(names = "--from", description = "Valid from (default: now).")
    @Nullable Instant from;

    @Option(names = "--until", description = "And before (default: for ever).")
    @Nullable Instant until;

    @Option(names = "--plan", description = "Only for this plan; may be repeated.")
    List<String> plans = List.of();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ObjectNode benefit = body.putObject("benefit");
      if (percent != null && amount == null && credit == null) {
        benefit.put("type", "percent").put("millionths", Tiers.millionths(percent, 4));
      } else if (amount != null && percent == null && credit == null) {
        benefit
            .put("type", "amount")
            .put("micros", Money.micros(amount, currency))
            .put("currency", currency);
      } else if (credit != null && percent == null && amount == null) {
        benefit
            .put("type", "credit")
            .put("micros", Money.micros(credit, currency))
            .put("currency", currency)
            .put("validDays", days);
      } else {
        throw Failure.usage("exactly one of --percent, --amount and --credit is needed");
      }
      body.put("redemptionsMax", max);
      if (months != null) {
        body.put("months", months);
      }
      if (from != null) {
        body.put("from", from.toString());
      }
      if (until != null) {
        body.put("until", until.toString());
      }
      ArrayNode only = body.putArray("plans");
      plans.forEach(only::add);
      return show(
          api().put(ROOT + "codes/" + Api.encode(code), body), c -> "code " + text(c, "code"));
    }
  }

  @Command(name = "redeem", description = "Gives an agreement what a code is good for.")
  static final class Redeem extends ApiCommand {
    @Parameters(index = "0", paramLabel = "AGREEMENT")
    String id = "";

    @Parameters(index = "1", paramLabel = "CODE")
    String code = "";

    @Override
    public Integer call() {
      return show(
          api().post(ROOT + "agreements/" + Api.encode(id) + "/codes", Map.of("code", code)),
          c ->
              "agreement %s has code %s: %s"
                  .formatted(id, text(c, "code"), benefit(c.path("benefit"))));
    }
  }
}
