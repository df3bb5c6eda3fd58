package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.YearMonth;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What partners are paid, and what markets pay. */
@Command(
    name = "payout",
    description = "What partners are paid, and what markets pay.",
    subcommands = {
      PayoutCommand.Due.class,
      PayoutCommand.Minimum.class,
      PayoutCommand.Pay.class,
      PayoutCommand.Clawback.class,
      PayoutCommand.Many.class,
      PayoutCommand.Pdf.class,
      PayoutCommand.Market.class,
      PayoutCommand.Reconcile.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir payout due acme --currency USD",
      "  weir payout minimum acme USD=50.00",
      "  weir payout pay acme --currency USD --id 2026-12",
      "  weir payout clawback acme 2.50 --channel acme-reseller --currency USD --reason fraud",
      "  weir payout market aws-marketplace 2026-11 --net 970.00 --fee 30.00 --currency USD",
      "  weir payout reconcile aws-marketplace 2026-11"
    })
final class PayoutCommand extends Group {

  private static final String ROOT = "/control/v1/";

  private static String partner(String name) {
    return ROOT + "partners/" + Api.encode(name);
  }

  @Command(name = "due", description = "What a partner has coming.")
  static final class Due extends ApiCommand {
    @Parameters(paramLabel = "PARTNER")
    String partner = "";

    @Option(names = "--currency", required = true)
    String currency = "";

    @Override
    public Integer call() {
      return show(
          api().get(partner(partner) + "/due?currency=" + Api.encode(currency)),
          d ->
              "%s has %s coming%s; the minimum is %s, %s was paid before%n"
                      .formatted(
                          partner,
                          Money.of(d, "payableMicros"),
                          d.path("carriedOver").asBoolean() ? " (carried over)" : "",
                          Money.of(d, "minimumMicros"),
                          Money.of(d, "paidBeforeMicros"))
                  + legs(d));
    }

    /** What of it was earned for what. */
    private static String legs(JsonNode due) {
      ArrayNode legs = Json.MAPPER.createArrayNode();
      for (JsonNode month : due.path("months")) {
        for (JsonNode leg : month.path("legs")) {
          ObjectNode row = leg.deepCopy();
          legs.add(row.put("month", text(month, "month")).put("currency", text(due, "currency")));
        }
      }
      return legs.isEmpty()
          ? ""
          : TextTable.of(
                  legs,
                  Column.of("month", "month"),
                  Column.of("for", "what"),
                  Column.of("channel", "channelId"),
                  Column.money("accrued", "accruedMicros"),
                  Column.money("accepted", "acceptedMicros"),
                  Column.money("collected", "collectedMicros"),
                  Column.money("clawed back", "clawbackMicros"),
                  Column.money("payable", "payableMicros"))
              .toString();
    }
  }

  @Command(name = "minimum", description = "Below it, what a partner has coming is carried over.")
  static final class Minimum extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PARTNER")
    String partner = "";

    @Parameters(index = "1", arity = "1..*", paramLabel = "CURRENCY=AMOUNT")
    Map<String, String> minimum = Map.of();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ObjectNode micros = body.putObject("minimumMicros");
      minimum.forEach((currency, amount) -> micros.put(currency, Money.micros(amount, currency)));
      return show(
          api().put(partner(partner) + "/minimum", body),
          m -> "the minimum of " + partner + " is set");
    }
  }

  @Command(name = "pay", description = "Pays a partner what is due.")
  static final class Pay extends ApiCommand {
    @Parameters(paramLabel = "PARTNER")
    String partner = "";

    @Option(names = "--currency", required = true)
    String currency = "";

    @Option(names = "--id", description = "Your own name for it; the same is paid once.")
    String id = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      return show(
          api().post(partner(partner) + "/payouts", Map.of("id", id, "currency", currency)),
          p ->
              "%s was paid %s, statement %s"
                  .formatted(partner, Money.of(p, "paidMicros"), text(p, "number")));
    }
  }

  @Command(name = "clawback", description = "Takes back a share that was earned.")
  static final class Clawback extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PARTNER")
    String partner = "";

    @Parameters(index = "1", paramLabel = "AMOUNT")
    String amount = "";

    @Option(names = "--channel", required = true, description = "Through which it was earned.")
    String channel = "";

    @Option(names = "--what", description = "Of a joint product: data, adapter … (default: sales).")
    @Nullable String what;

    @Option(names = "--currency", required = true)
    String currency = "";

    @Option(names = "--reason", required = true, description = "Why, for the record.")
    String reason = "";

    @Option(names = "--id", description = "Your own name for it; the same is taken back once.")
    String id = UUID.randomUUID().toString();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", id).put("channel", channel).put("currency", currency);
      body.put("micros", Money.micros(amount, currency)).put("reason", reason);
      if (what != null) {
        body.put("what", what);
      }
      return show(
          api().post(partner(partner) + "/clawbacks", body),
          c -> "%s is taken back from %s".formatted(Money.of(c, "micros"), partner));
    }
  }

  @Command(name = "list", description = "A partner's payouts.")
  static final class Many extends ApiCommand {
    @Parameters(paramLabel = "PARTNER")
    String partner = "";

    @Override
    public Integer call() {
      return list(
          partner(partner) + "/payouts",
          "no payouts to " + partner,
          Column.number("statement", "number"),
          Column.of("id", "id"),
          Column.of("at", "issuedAt"),
          Column.money("paid", "paidMicros"));
    }
  }

  @Command(name = "pdf", description = "A payout's statement on paper.")
  static final class Pdf extends Paper {
    @Parameters(index = "0", paramLabel = "PARTNER")
    String partner = "";

    @Parameters(index = "1", paramLabel = "NUMBER")
    long number;

    @Override
    public Integer call() {
      return save(
          partner(partner) + "/payouts/" + number + "/pdf",
          "payout-" + partner + "-" + number + ".pdf");
    }
  }

  private static final Column[] RECONCILED = {
    Column.of("currency", "currency"),
    Column.money("ours", "ratedMicros"),
    Column.money("sent", "sentMicros"),
    Column.money("accepted", "acceptedMicros"),
    Column.money("expected", "expectedMicros"),
    Column.money("paid", "paidMicros"),
    Column.money("difference", "differenceMicros")
  };

  @Command(name = "market", description = "Records what a market paid for a month.")
  static final class Market extends ApiCommand {
    @Parameters(index = "0", paramLabel = "CHANNEL")
    String channel = "";

    @Parameters(index = "1", paramLabel = "MONTH", description = "2026-11")
    YearMonth month = YearMonth.of(1970, 1);

    @Option(names = "--net", required = true, description = "What came in.")
    String net = "";

    @Option(names = "--fee", description = "What the market says it kept.")
    String fee = "0";

    @Option(names = "--currency", required = true)
    String currency = "";

    @Option(names = "--id", description = "The market's reference; the same is recorded once.")
    @Nullable String id;

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", id == null ? month.toString() : id).put("month", month.toString());
      body.put("currency", currency).put("netMicros", Money.micros(net, currency));
      body.put("feeMicros", Money.micros(fee, currency));
      return list(
          api().post(ROOT + "channels/" + Api.encode(channel) + "/payouts", body), "", RECONCILED);
    }
  }

  @Command(name = "reconcile", description = "Ours, sent, accepted, paid, and the difference.")
  static final class Reconcile extends ApiCommand {
    @Parameters(index = "0", paramLabel = "CHANNEL")
    String channel = "";

    @Parameters(index = "1", paramLabel = "MONTH", description = "2026-11")
    YearMonth month = YearMonth.of(1970, 1);

    @Override
    public Integer call() {
      return list(
          ROOT + "channels/" + Api.encode(channel) + "/reconciliation?month=" + month,
          "nothing of " + channel + " in " + month,
          RECONCILED);
    }
  }
}
