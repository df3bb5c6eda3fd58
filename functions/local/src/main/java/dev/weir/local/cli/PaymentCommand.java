package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What customers pay. */
@Command(
    name = "payment",
    description = "What customers pay, and what is given back.",
    subcommands = {
      PaymentCommand.Ask.class,
      PaymentCommand.Many.class,
      PaymentCommand.Event.class,
      PaymentCommand.Refund.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir payment ask 17 --id bank-0042              all that is open of invoice 17",
      "  weir payment event bank-0042 cleared            it came in",
      "  weir payment refund bank-0042 5.00",
      "  weir payment event bank-0042 disputed --reason \"not mine\""
    })
final class PaymentCommand extends Group {

  private static final String ROOT = "/control/v1/";

  private static String said(JsonNode p) {
    String currency = ApiCommand.text(p, "currency");
    long refunded = p.path("refundedMicros").asLong();
    return "payment %s of %s for invoice %s: %s%s"
        .formatted(
            ApiCommand.text(p, "id"),
            Money.exact(p.path("micros").asLong(), currency),
            ApiCommand.text(p, "number"),
            ApiCommand.text(p, "state"),
            refunded == 0 ? "" : ", " + Money.exact(refunded, currency) + " given back");
  }

  @Command(name = "ask", description = "Asks for the payment of an invoice.")
  static final class Ask extends ApiCommand {
    @Parameters(paramLabel = "INVOICE", description = "Its number.")
    long invoice;

    @Option(names = "--amount", description = "How much (default: all that is open).")
    @Nullable String amount;

    @Option(names = "--currency", description = "Default: the invoice's.")
    @Nullable String currency;

    @Option(names = "--id", description = "Your own name for it; the same is asked for once.")
    String id = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      Api api = api();
      String in =
          currency == null ? text(api.get(ROOT + "invoices/" + invoice), "currency") : currency;
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", id).put("invoice", invoice).put("currency", in);
      if (amount != null) {
        body.put("micros", Money.micros(amount, in));
      }
      return show(api.post(ROOT + "payments", body), p -> said(p) + "\n  " + text(p, "reference"));
    }
  }

  @Command(name = "list", description = "An invoice's payments.")
  static final class Many extends ApiCommand {
    @Parameters(paramLabel = "INVOICE", description = "Its number.")
    long invoice;

    @Override
    public Integer call() {
      return list(
          ROOT + "invoices/" + invoice + "/payments",
          "nothing was asked for: weir payment ask " + invoice,
          Column.of("payment", "id"),
          Column.of("state", "state"),
          Column.money("amount", "micros"),
          Column.money("given back", "refundedMicros"),
          Column.of("reference", "reference"));
    }
  }

  @Command(
      name = "event",
      description = "Says what happened: pending, cleared, failed, disputed, dispute-won or -lost.")
  static final class Event extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PAYMENT")
    String id = "";

    @Parameters(index = "1", paramLabel = "WHAT")
    String what = "";

    @Option(names = "--reason", description = "Of what failed or is disputed.")
    String reason = "";

    @Option(names = "--reference", description = "The bank's, of what is pending.")
    String reference = "";

    @Option(names = "--at", description = "When (default: now).")
    @Nullable Instant at;

    @Option(names = "--event", description = "The event's own id; the same is applied once.")
    String event = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("type", what).put("id", event);
      if (at != null) {
        body.put("at", at.toString());
      }
      if (what.equals("failed") || what.equals("disputed")) {
        body.put("reason", reason);
      }
      if (what.equals("pending")) {
        body.put("reference", reference);
      }
      return show(
          api().post(ROOT + "payments/" + Api.encode(id) + "/events", body), PaymentCommand::said);
    }
  }

  @Command(name = "refund", description = "Gives back a part of a payment.")
  static final class Refund extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PAYMENT")
    String id = "";

    @Parameters(index = "1", paramLabel = "AMOUNT")
    String amount = "";

    @Option(names = "--refund", description = "The refund's own id; the same is done once.")
    String refund = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      Api api = api();
      String path = ROOT + "payments/" + Api.encode(id);
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", refund);
      body.put("micros", Money.micros(amount, text(api.get(path), "currency")));
      return show(api.post(path + "/refunds", body), PaymentCommand::said);
    }
  }
}
