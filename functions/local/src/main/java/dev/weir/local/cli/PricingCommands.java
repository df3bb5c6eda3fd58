package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What changes a plan's prices: price books, sponsors, shares of joint products. */
final class PricingCommands {

  private static final String ROOT = "/control/v1/";

  private PricingCommands() {}

  /** As they are given: {@code group=0.8 model=1.5@calls}. */
  private static String factors(JsonNode factors) {
    List<String> words = new ArrayList<>();
    for (JsonNode factor : factors) {
      String meter = factor.has("meter") ? "@" + ApiCommand.text(factor, "meter") : "";
      String value = plain(factor.path("millionths").asLong(), 6);
      words.add(ApiCommand.text(factor, "name") + "=" + value + meter);
    }
    return words.isEmpty() ? "none" : String.join(" ", words);
  }

  /** As they are given: {@code press/data=5}, in per cent. */
  private static String shares(JsonNode beneficiaries) {
    List<String> words = new ArrayList<>();
    for (JsonNode beneficiary : beneficiaries) {
      words.add(
          "%s/%s=%s"
              .formatted(
                  ApiCommand.text(beneficiary, "partner"),
                  ApiCommand.text(beneficiary, "what"),
                  plain(beneficiary.path("basisPoints").asLong(), 2)));
    }
    return words.isEmpty() ? "nobody" : String.join(" ", words);
  }

  private static String plain(long value, int decimals) {
    BigDecimal exact = BigDecimal.valueOf(value, decimals).stripTrailingZeros();
    return exact.toPlainString();
  }

  @Command(
      name = "book",
      description = "A channel's price book: its factors on the plans' prices. Without, it lists.",
      footerHeading = "%nExample:%n",
      footer = "  weir plans book slack-emea 1 --factor group=0.8 --factor model=1.5@calls")
  static final class Book extends ApiCommand {
    @Parameters(index = "0", paramLabel = "CHANNEL")
    String channel = "";

    @Parameters(index = "1", paramLabel = "VERSION", arity = "0..1")
    @Nullable Integer version;

    @Option(
        names = "--factor",
        paramLabel = "NAME=FACTOR[@METER]",
        description = "Applied one after the other; none: the plan's own prices again.")
    Map<String, String> factors = Map.of();

    @Option(names = "--from", description = "Effective from (default: now).")
    @Nullable Instant from;

    @Override
    public Integer call() {
      String path = ROOT + "price-books/" + Api.encode(channel);
      if (version == null) {
        return list(
            path,
            "no price book: the plan's prices",
            Column.number("version", "version"),
            Column.of("from", "effectiveFrom"),
            Column.of("factors", b -> factors(b.path("factors"))));
      }
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode list = body.putArray("factors");
      factors.forEach((name, text) -> {
        String[] parts = text.split("@", -1);
        ObjectNode factor =
            list.addObject().put("name", name).put("millionths", Tiers.millionths(parts[0]));
        if (parts.length > 1) {
          factor.put("meter", parts[1]);
        }
      });
      if (from != null) {
        body.put("effectiveFrom", from.toString());
      }
      return show(
          api().put(path + "/" + version, body),
          b -> "price book %s version %d".formatted(channel, version));
    }
  }

  @Command(
      name = "sponsor",
      description = "Somebody else pays for the first use of a channel each month.",
      footerHeading = "%nExample:%n",
      footer =
          "  weir plans sponsor free --channel slack-emea --payer vendor --cap 5 --budget 500"
              + " --currency USD")
  static final class Sponsor extends ApiCommand {
    @Parameters(paramLabel = "ID")
    String id = "";

    @Option(names = "--channel", required = true, description = "Whose use.")
    String channel = "";

    @Option(names = "--payer", required = true, description = "vendor, a partner or a market.")
    String payer = "";

    @Option(names = "--cap", required = true, description = "Of one agreement and month.")
    String cap = "";

    @Option(names = "--budget", required = true, description = "Of all together and month.")
    String budget = "";

    @Option(names = "--currency", required = true)
    String currency = "";

    @Option(names = "--until", description = "Before when (default: for ever).")
    @Nullable Instant until;

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("channelId", channel)
          .put("payer", payer)
          .put("capMicros", Money.micros(cap, currency))
          .put("budgetMicros", Money.micros(budget, currency))
          .put("currency", currency);
      if (until != null) {
        body.put("until", until.toString());
      }
      return show(
          api().put(ROOT + "sponsorships/" + Api.encode(id), body),
          s -> "%s pays up to %s %s a month (sponsorship %s)".formatted(payer, cap, currency, id));
    }
  }

  @Command(name = "sponsors", description = "Who sponsors a channel, and what is spent.")
  static final class Sponsors extends ApiCommand {
    @Parameters(paramLabel = "CHANNEL")
    String channel = "";

    @Override
    public Integer call() {
      return list(
          ROOT + "sponsorships?channel=" + Api.encode(channel),
          "nobody sponsors " + channel,
          Column.of("sponsorship", s -> text(s.path("sponsorship"), "id")),
          Column.of("payer", s -> text(s.path("sponsorship"), "payer")),
          Column.amount(
              "budget",
              s ->
                  Money.exact(
                      s.path("sponsorship").path("budgetMicros").asLong(),
                      text(s.path("sponsorship"), "currency"))),
          Column.amount(
              "spent",
              s ->
                  Money.exact(
                      s.path("spentMicros").asLong(), text(s.path("sponsorship"), "currency"))));
    }
  }

  @Command(
      name = "joint",
      description = "Who earns of a product made with their work. Without a version, it lists.",
      footerHeading = "%nExample:%n",
      footer = "  weir plans joint support 1 --share press/data=5 --share lab/adapter=2.5")
  static final class Joint extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PRODUCT")
    String product = "";

    @Parameters(index = "1", paramLabel = "VERSION", arity = "0..1")
    @Nullable Integer version;

    @Option(names = "--share", paramLabel = "PARTNER/WHAT=PERCENT", description = "Of revenue.")
    Map<String, String> shares = Map.of();

    @Override
    public Integer call() {
      String path = ROOT + "joint-products/" + Api.encode(product);
      if (version == null) {
        return list(
            path,
            "nobody earns of it but you",
            Column.number("version", "version"),
            Column.of("from", "effectiveFrom"),
            Column.of("shares", j -> shares(j.path("beneficiaries"))));
      }
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode list = body.putArray("beneficiaries");
      shares.forEach((who, percent) -> {
        String[] parts = who.split("/", -1);
        if (parts.length != 2) {
          throw Failure.usage("--share " + who + " is not PARTNER/WHAT");
        }
        list.addObject()
            .put("partner", parts[0])
            .put("what", parts[1])
            .put("basisPoints", Tiers.millionths(percent, 2));
      });
      return show(
          api().put(path + "/" + version, body),
          j -> "joint product %s version %d".formatted(product, version));
    }
  }
}
