package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How much may be used: rates, and what there is of budgets. */
@Command(
    name = "limits",
    description = "How much may be used: rates a minute, budgets a month.",
    subcommands = {LimitsCommand.Many.class, LimitsCommand.Rate.class, LimitsCommand.Remove.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir limits rate acme-calls --on customer:ID calls=60",
      "  weir limits rate reseller-tokens --on channel:acme-reseller output_tokens=100000",
      "  weir limits list --json | jq .items",
      "  weir limits remove acme-calls"
    })
final class LimitsCommand extends Group {

  static final String ROOT = "/control/v1/limits";

  /** Whose calls a limit is on. */
  static final String ON = "vendor, or channel:ID, customer:ID, agreement:ID, key:ID.";

  @Command(name = "list", description = "All rates and budgets.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT,
          "no limits yet: weir limits rate, weir budgets set",
          Column.of("limit", "id"),
          Column.of("on", "on"),
          Column.of("kind", LimitsCommand::kind),
          Column.of("of", "of"),
          Column.of("amount", LimitsCommand::amount));
    }
  }

  private static String kind(JsonNode limit) {
    return limit.has("perMinute")
        ? "rate"
        : limit.path("hard").asBoolean() ? "hard budget" : "soft budget";
  }

  private static String amount(JsonNode limit) {
    return limit.has("perMinute")
        ? ApiCommand.text(limit, "perMinute") + " a minute"
        : BudgetsCommand.amount(limit, "perMonth") + " a month";
  }

  @Command(name = "rate", description = "Sets a rate a minute; it holds 10 s later.")
  static final class Rate extends ApiCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Its name.")
    String id = "";

    @Parameters(index = "1", paramLabel = "METER=N", description = "calls=60: 60 calls a minute.")
    Map<String, Long> rate = Map.of();

    @Option(names = "--on", required = true, paramLabel = "WHOM", description = ON)
    String on = "";

    @Override
    public Integer call() {
      Map.Entry<String, Long> of = List.copyOf(rate.entrySet()).getFirst();
      return show(
          api()
              .put(
                  ROOT + "/" + Api.encode(id),
                  Map.of("on", on, "of", of.getKey(), "perMinute", of.getValue())),
          l -> "limit %s: %d of %s a minute on %s".formatted(id, of.getValue(), of.getKey(), on));
    }
  }

  @Command(name = "remove", description = "Takes a rate or a budget away.")
  static final class Remove extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Which: weir limits list.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post(ROOT + "/" + Api.encode(id) + "/remove", Map.of()),
          l -> "limit " + id + " is removed");
    }
  }
}
