package dev.weir.local.cli;

import java.time.YearMonth;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is left. */
@Command(
    name = "profit",
    description = "What is left of each channel, customer or model.",
    footerHeading = "%nExamples:%n",
    footer = {"  weir profit --by customer --month 2026-11", "  weir profit --by model --json"})
final class ProfitCommand extends ApiCommand {

  @Option(names = "--by", description = "channel, customer or model (default: channel).")
  String by = "channel";

  @Option(names = "--month", description = "2026-11 (default: all months).")
  @Nullable YearMonth month;

  @Override
  public Integer call() {
    return list(
        "/control/v1/profit" + Query.of("by", by).and("month", month),
        "nothing is rated yet",
        Column.of(by, r -> text(r, "name").isEmpty() ? text(r, "of") : text(r, "name")),
        money("revenue", "revenueMicros"),
        money("fees", "feeMicros"),
        money("shares", "shareMicros"),
        money("compute", "computeMicros"),
        money("losses", "lossMicros"),
        money("left", "marginMicros"),
        Column.of("currency", "currency"));
  }

  private static Column money(String header, String field) {
    return Column.amount(header, r -> Money.fine(r.path(field).asLong(), text(r, "currency")));
  }
}
