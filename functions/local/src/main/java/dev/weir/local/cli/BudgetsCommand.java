package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.catalog.Currencies;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What may be spent in a month, and what was. */
@Command(
    name = "budgets",
    description = "What may be spent in a month, of money or of a meter, and what was.",
    subcommands = {
      BudgetsCommand.Many.class,
      BudgetsCommand.Show.class,
      BudgetsCommand.Put.class,
      BudgetsCommand.Alerts.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir budgets set acme --on customer:ID USD=100.00",
      "  weir budgets set quota --on key:ID calls=10000",
      "  weir budgets set watch --on vendor --soft USD=5000",
      "  weir budgets show acme --json",
      "  weir budgets alerts --month 2026-11",
      "  weir limits remove acme"
    })
final class BudgetsCommand extends Group {

  private static final String ROOT = "/control/v1/budgets";

  /** An amount of a budget: of money, or of a meter. */
  static String amount(JsonNode item, String field) {
    String of = ApiCommand.text(item, "of");
    long amount = item.path(field).asLong();
    return Currencies.known(of) ? Money.exact(amount, of) : amount + " " + of;
  }

  private static Column column(String header, String field) {
    return Column.amount(header, item -> amount(item, field));
  }

  @Command(name = "list", description = "How all budgets of a month stand.")
  static final class Many extends ApiCommand {
    @Option(names = "--month", description = "Such as 2026-11 (default: this one).")
    @Nullable String month;

    @Override
    public Integer call() {
      return list(
          ROOT + Query.of("month", month),
          "no budgets yet: weir budgets set ID --on WHOM USD=100.00",
          Column.of("budget", "id"),
          Column.of("on", "on"),
          Column.of("hard", "hard"),
          column("limit", "limit"),
          column("spent", "spent"),
          column("reserved", "reserved"),
          column("expired", "expired"),
          column("at most", "bound"));
    }
  }

  @Command(name = "show", description = "How one budget stands.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Which: weir budgets list.")
    String id = "";

    @Option(names = "--month", description = "Such as 2026-11 (default: this one).")
    @Nullable String month;

    @Override
    public Integer call() {
      return show(
          api().get(ROOT + "/" + Api.encode(id) + Query.of("month", month)),
          b ->
              "%s of %s spent in %s; reserved %s, expired %s: at most %s delivered"
                  .formatted(
                      amount(b, "spent"),
                      amount(b, "limit"),
                      text(b, "month"),
                      amount(b, "reserved"),
                      amount(b, "expired"),
                      amount(b, "bound")));
    }
  }

  @Command(
      name = "set",
      description = {
        "Sets a month's budget; it holds 10 s later. A budget of money counts each call at the",
        "plan's dearest tier, without what is included or discounted: rather more than is billed."
      })
  static final class Put extends ApiCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Its name.")
    String id = "";

    @Parameters(
        index = "1",
        paramLabel = "WHAT=AMOUNT",
        description = "USD=100.00, CNY=700, or of a meter: calls=10000.")
    Map<String, String> amount = Map.of();

    @Option(names = "--on", required = true, paramLabel = "WHOM", description = LimitsCommand.ON)
    String on = "";

    @Option(names = "--soft", description = "Refuse no call, give alerts only.")
    boolean soft;

    @Override
    public Integer call() {
      Map.Entry<String, String> what = List.copyOf(amount.entrySet()).getFirst();
      String of = what.getKey();
      Map<String, Object> body =
          Map.of("on", on, "of", of, "perMonth", parsed(of, what.getValue()), "hard", !soft);
      return show(
          api().put(LimitsCommand.ROOT + "/" + Api.encode(id), body),
          l ->
              "%s budget %s: %s a month on %s"
                  .formatted(soft ? "soft" : "hard", id, amount(l, "perMonth"), on));
    }

    private static long parsed(String of, String amount) {
      if (Currencies.known(of)) {
        return Money.micros(amount, of);
      }
      try {
        return Long.parseLong(amount);
      } catch (NumberFormatException e) {
        throw Failure.usage("amount \"" + amount + "\" of " + of + " is no whole number");
      }
    }
  }

  @Command(name = "alerts", description = "Budgets of a month that reached 50, 80 or 100 %%.")
  static final class Alerts extends ApiCommand {
    @Option(names = "--month", description = "Such as 2026-11 (default: this one).")
    @Nullable String month;

    @Override
    public Integer call() {
      return list(
          "/control/v1/budget-alerts" + Query.of("month", month),
          "no budget reached 50 % yet",
          Column.of("at", "at"),
          Column.of("budget", "limitId"),
          Column.of("on", "on"),
          Column.number("%", "percent"),
          column("spent", "spent"),
          column("of", "perMonth"));
    }
  }
}
