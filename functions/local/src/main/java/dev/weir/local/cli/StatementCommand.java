package dev.weir.local.cli;

import java.time.YearMonth;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What somebody reads about money. */
@Command(
    name = "statement",
    description = "Invoices, partners' settlements, markets' reconciliations, profit per channel.",
    subcommands = {
      StatementCommand.Issue.class,
      StatementCommand.Many.class,
      StatementCommand.Show.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir statement issue 2026-11",
      "  weir statement list 2026-11 --kind invoice",
    })
final class StatementCommand extends Group {

  @Command(name = "issue", description = "Issues what is due for a month; again is harmless.")
  static final class Issue extends ApiCommand {
    @Parameters(paramLabel = "MONTH", description = "2026-11")
    YearMonth month = YearMonth.of(1970, 1);

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/statements", Map.of("month", month.toString())),
          s -> s.path("issued").size() + " statements issued for " + month);
    }
  }

  @Command(name = "list", description = "A month's statements.")
  static final class Many extends ApiCommand {
    @Parameters(paramLabel = "MONTH", description = "2026-11")
    YearMonth month = YearMonth.of(1970, 1);

    @Option(names = "--kind", description = "invoice, settlement, reconciliation or profit.")
    @Nullable String kind;

    @Override
    public Integer call() {
      return list(
          "/control/v1/statements" + Query.of("month", month).and("kind", kind),
          "no statements for " + month + ": weir statement issue " + month,
          Column.of("statement", "id"),
          Column.of("kind", "kind"),
          Column.of("channel", "channelId"),
          Column.amount(
              "total", s -> Money.rounded(s.path("totalMicros").asLong(), text(s, "currency"))),
          Column.of("currency", "currency"));
    }
  }

  @Command(name = "show", description = "A statement as it was issued.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "STATEMENT")
    String id = "";

    @Override
    public Integer call() {
      return show(api().get("/control/v1/statements/" + Api.encode(id)), ApiCommand::pretty);
    }
  }
}
