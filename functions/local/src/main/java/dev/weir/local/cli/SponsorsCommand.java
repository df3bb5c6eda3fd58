package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What sponsors owe for the use that they pay for. */
@Command(
    name = "sponsors",
    description = "What sponsors owe for the use that they pay for, and what they paid.",
    subcommands = {
      SponsorsCommand.Issue.class,
      SponsorsCommand.Many.class,
      SponsorsCommand.Show.class,
      SponsorsCommand.Pdf.class,
      SponsorsCommand.Paid.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plans sponsor --help                  who pays for a channel's free use",
      "  weir sponsors issue 2026-11",
      "  weir sponsors pdf 1 --lang zh",
      "  weir sponsors paid 1 --id bank-77"
    })
final class SponsorsCommand extends Group {

  private static final String ROOT = "/control/v1/sponsor-bills";

  private static final Column[] BILLS = {
    Column.number("bill", "number"),
    Column.of("sponsor", "payer"),
    Column.of("month", "month"),
    Column.money("to pay", "payableMicros"),
    Column.money("open", "openMicros"),
    Column.of("due", "dueAt")
  };

  @Command(name = "issue", description = "Bills sponsors for a month that is over.")
  static final class Issue extends ApiCommand {
    @Parameters(paramLabel = "MONTH", description = "2026-11")
    String month = "";

    @Override
    public Integer call() {
      return list(
          api().post(ROOT, Map.of("month", month)), "nobody sponsored use in " + month, BILLS);
    }
  }

  @Command(name = "list", description = "All bills, with what is open of them.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(ROOT, "no sponsor was billed yet: weir sponsors issue MONTH", BILLS);
    }
  }

  @Command(name = "show", description = "A bill as it was issued.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return show(api().get(ROOT + "/" + number), ApiCommand::pretty);
    }
  }

  @Command(name = "pdf", description = "A bill on paper.")
  static final class Pdf extends Paper {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return save(ROOT + "/" + number + "/pdf", "sponsor-bill-" + number + ".pdf");
    }
  }

  @Command(name = "paid", description = "Records that a sponsor paid.")
  static final class Paid extends ApiCommand {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Option(names = "--amount", description = "How much (default: all that is open).")
    @Nullable String amount;

    @Option(names = "--id", description = "The bank's reference; the same is recorded once.")
    String id = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      Api api = api();
      String currency = text(api.get(ROOT + "/" + number), "currency");
      ObjectNode body = Json.MAPPER.createObjectNode().put("id", id);
      if (amount != null) {
        body.put("micros", Money.micros(amount, currency));
      }
      return show(
          api.post(ROOT + "/" + number + "/payments", body),
          p ->
              "%s of bill %d is paid"
                  .formatted(Money.exact(p.path("micros").asLong(), currency), number));
    }
  }
}
