package dev.weir.local.cli;

import java.time.YearMonth;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The ledger itself. */
@Command(
    name = "ledger",
    description = "The trial balance, and the closing of months.",
    subcommands = {LedgerCommand.Show.class, LedgerCommand.Close.class, LedgerCommand.Closed.class},
    footerHeading = "%nExamples:%n",
    footer = {"  weir ledger show", "  weir ledger close 2026-11"})
final class LedgerCommand extends Group {

  @Command(name = "show", description = "Every account's balance, added up again.")
  static final class Show extends ApiCommand {
    @Override
    public Integer call() {
      return show(
          api().get("/control/v1/ledger"),
          l ->
              TextTable.of(
                      l.path("accounts"),
                      Column.of("month", "month"),
                      Column.of("account", "account"),
                      Column.of("channel", "channelId"),
                      Column.money("debit", "debitMicros"),
                      Column.money("credit", "creditMicros"))
                  + "%s transactions; debits and credits are %s"
                      .formatted(
                          text(l, "transactions"),
                          text(l, "debitMicros").equals(text(l, "creditMicros"))
                              ? "equal"
                              : "different"));
    }
  }

  @Command(name = "close", description = "Closes a month; what comes late counts for the next.")
  static final class Close extends ApiCommand {
    @Parameters(paramLabel = "MONTH", description = "2026-11")
    YearMonth month = YearMonth.of(1970, 1);

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/ledger/closed", Map.of("month", month.toString())),
          c ->
              "%s is closed with %s transactions"
                  .formatted(month, c.at("/totals/transactions").asText()));
    }
  }

  @Command(name = "closed", description = "The closed months.")
  static final class Closed extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/control/v1/ledger/closed",
          "no month is closed: weir ledger close MONTH",
          Column.of("month", "month"),
          Column.of("closed", "closedAt"),
          new Column("transactions", true, c -> c.at("/totals/transactions").asText()));
    }
  }
}
