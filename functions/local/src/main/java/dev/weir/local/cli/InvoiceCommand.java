package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Invoices, and what corrects them. */
@Command(
    name = "invoice",
    description = "Invoices and credit notes, as data and on paper.",
    subcommands = {
      InvoiceCommand.Many.class,
      InvoiceCommand.Show.class,
      InvoiceCommand.Pdf.class,
      InvoiceCommand.Credit.class,
      InvoiceCommand.Notes.class,
      InvoiceCommand.NotePdf.class,
      InvoiceCommand.Dunning.class,
      InvoiceCommand.Issuer.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir statement issue 2026-11                 issues a month's invoices",
      "  weir invoice list --open",
      "  weir invoice pdf 17 --lang zh --out 17.pdf",
      "  weir invoice credit 17 --row 1 --amount 5.00 --reason \"slow answers\""
    })
final class InvoiceCommand extends Group {

  private static final String ROOT = "/control/v1/";

  @Command(name = "list", description = "Issued invoices with what is open of them.")
  static final class Many extends ApiCommand {
    @Option(names = "--agreement", description = "Only this agreement's.")
    @Nullable String agreement;

    @Option(names = "--open", description = "Only those of which something is open.")
    boolean open;

    @Override
    public Integer call() {
      return list(
          ROOT + "invoices" + Query.of("open", open).and("agreement", agreement),
          "no invoices: weir statement issue MONTH",
          Column.number("number", "number"),
          Column.of("customer", "customer"),
          Column.of("month", "month"),
          Column.money("to pay", "payableMicros"),
          Column.money("open", "openMicros"),
          Column.of("state", "state"),
          Column.of("due", "dueAt"));
    }
  }

  @Command(name = "show", description = "An invoice as it was issued.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return show(api().get(ROOT + "invoices/" + number), ApiCommand::pretty);
    }
  }

  @Command(name = "pdf", description = "An invoice on paper.")
  static final class Pdf extends Paper {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return save(ROOT + "invoices/" + number + "/pdf", "invoice-" + number + ".pdf");
    }
  }

  @Command(name = "credit", description = "Corrects an invoice by a credit note.")
  static final class Credit extends ApiCommand {
    @Parameters(paramLabel = "NUMBER", description = "The invoice.")
    long number;

    @Option(names = "--row", description = "Which row, the first is 1 (default: all).")
    @Nullable Integer row;

    @Option(names = "--amount", description = "How much of the row (default: all that is left).")
    @Nullable String amount;

    @Option(names = "--reason", required = true, description = "Why; it is printed.")
    String reason = "";

    @Option(names = "--id", description = "Your own name for it; the same is corrected once.")
    String id = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      Api api = api();
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", id).put("reason", reason);
      if (row != null) {
        body.put("row", row);
      }
      if (amount != null) {
        String currency = text(api.get(ROOT + "invoices/" + number), "currency");
        body.put("micros", Money.micros(amount, currency));
      }
      return show(
          api.post(ROOT + "invoices/" + number + "/credit-notes", body),
          n ->
              "credit note %s of %s for invoice %d"
                  .formatted(text(n, "number"), Money.of(n, "payableMicros"), number));
    }
  }

  @Command(name = "notes", description = "Every credit note.")
  static final class Notes extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "credit-notes",
          "no credit notes",
          Column.number("number", "number"),
          Column.number("invoice", "invoiceNumber"),
          Column.of("customer", "customerName"),
          Column.money("credited", "payableMicros"),
          Column.of("reason", "reason"));
    }
  }

  @Command(name = "note-pdf", description = "A credit note on paper.")
  static final class NotePdf extends Paper {
    @Parameters(paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return save(ROOT + "credit-notes/" + number + "/pdf", "credit-note-" + number + ".pdf");
    }
  }

  @Command(name = "dunning", description = "Invoices that are asked for, with the steps taken.")
  static final class Dunning extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "dunning",
          "nothing is open",
          Column.number("invoice", "number"),
          Column.of("agreement", "agreementId"),
          Column.of("due", "dueAt"),
          Column.of(
              "steps",
              d -> {
                StringBuilder steps = new StringBuilder();
                d.path("steps").forEach(s -> steps.append(text(s, "state")).append(' '));
                return steps.toString().strip();
              }));
    }
  }

  @Command(name = "issuer", description = "Says, or states, who issues; documents print it.")
  static final class Issuer extends ApiCommand {
    @Option(names = "--name", description = "Your company.")
    @Nullable String name;

    @Option(names = "--line", description = "Address, tax id, bank account: a line each.")
    List<String> lines = List.of();

    @Option(names = "--payment-days", description = "When an invoice is due after its issue.")
    @Nullable Integer days;

    @Override
    public Integer call() {
      if (name == null) {
        return show(api().get(ROOT + "issuer"), ApiCommand::pretty);
      }
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("name", name);
      lines.forEach(body.putArray("lines")::add);
      if (days != null) {
        body.put("paymentDays", days);
      }
      return show(api().put(ROOT + "issuer", body), i -> text(i, "name") + " issues from now on");
    }
  }
}
