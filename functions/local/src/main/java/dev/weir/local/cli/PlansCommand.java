package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is sold, and for how much. */
@Command(
    name = "plans",
    description = "What is sold, and for how much: products, meters, plans, prices.",
    subcommands = {
      PlansCommand.Many.class,
      PlansCommand.Product.class,
      PlansCommand.Meter.class,
      PlansCommand.Plan.class,
      PlansCommand.Price.class,
      PlansCommand.Compute.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plans product support --name \"Customer service\" --endpoint support",
      "  weir plans meter calls --unit call",
      "  weir plans plan slack-usd --product support --currency USD",
      "  weir plans price slack-usd 1 --flat 9.00 --per-unit calls=0.02 --included calls=100"
    })
final class PlansCommand extends Group {

  private static final String ROOT = "/control/v1/";

  @Command(name = "list", description = "All plans.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "plans",
          "no plans yet: weir plans plan ID",
          Column.of("plan", "id"),
          Column.of("name", "name"),
          Column.of("product", "productId"),
          Column.of("currency", "currency"));
    }
  }

  @Command(name = "product", description = "A product: an endpoint with a name people know.")
  static final class Product extends ApiCommand {
    @Parameters(paramLabel = "ID")
    String id = "";

    @Option(names = "--name", required = true)
    String name = "";

    @Option(names = "--endpoint", required = true)
    String endpoint = "";

    @Override
    public Integer call() {
      return show(
          api()
              .put(ROOT + "products/" + Api.encode(id), Map.of("name", name, "endpoint", endpoint)),
          p -> "product " + id);
    }
  }

  @Command(name = "meter", description = "Something that is counted.")
  static final class Meter extends ApiCommand {
    @Parameters(paramLabel = "ID")
    String id = "";

    @Option(names = "--unit", required = true)
    String unit = "";

    @Option(names = "--scale", description = "Decimals of its quantities (default: 0).")
    int scale;

    @Override
    public Integer call() {
      return show(
          api().put(ROOT + "meters/" + Api.encode(id), Map.of("unit", unit, "scale", scale)),
          m -> "meter " + id);
    }
  }

  @Command(name = "plan", description = "A plan of a product, in one currency.")
  static final class Plan extends ApiCommand {
    @Parameters(paramLabel = "ID")
    String id = "";

    @Option(names = "--product", required = true)
    String product = "";

    @Option(names = "--name", description = "What customers read (default: the id).")
    @Nullable String name;

    @Option(names = "--currency", required = true)
    String currency = "";

    @Override
    public Integer call() {
      Map<String, Object> body =
          Map.of("productId", product, "name", name == null ? id : name, "currency", currency);
      return show(api().put(ROOT + "plans/" + Api.encode(id), body), p -> "plan " + id);
    }
  }

  @Command(name = "price", description = "A plan's next price version; it never changes again.")
  static final class Price extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PLAN")
    String plan = "";

    @Parameters(index = "1", paramLabel = "VERSION")
    int version;

    @Option(names = "--flat", paramLabel = "AMOUNT", description = "Each month.")
    @Nullable String flat;

    @Option(names = "--per-unit", paramLabel = "METER=AMOUNT", description = "Each unit.")
    Map<String, String> perUnit = Map.of();

    @Option(names = "--included", paramLabel = "METER=N", description = "Free units a month.")
    Map<String, Long> included = Map.of();

    @Option(names = "--from", description = "Effective from (default: this hour).")
    @Nullable Instant from;

    @Override
    public Integer call() {
      Api api = api();
      List<String> unpriced = new ArrayList<>(included.keySet());
      unpriced.removeAll(perUnit.keySet());
      if (!unpriced.isEmpty()) {
        throw Failure.usage("--included " + unpriced + " without --per-unit");
      }
      String path = ROOT + "plans/" + Api.encode(plan);
      String currency = text(api.get(path), "currency");
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put(
          "effectiveFrom",
          (from == null ? Instant.now().truncatedTo(ChronoUnit.HOURS) : from).toString());
      ArrayNode charges = body.putArray("charges");
      if (flat != null) {
        charges
            .addObject()
            .put("type", "flat")
            .put("amountMicros", Money.micros(flat, currency))
            .put("period", "MONTH");
      }
      perUnit.forEach((meter, amount) ->
          charges
              .addObject()
              .put("type", "per-unit")
              .put("meter", meter)
              .put("includedQuantity", included.getOrDefault(meter, 0L))
              .put("unitPriceMicros", Money.micros(amount, currency))
              .put("unitSize", 1));
      return show(
          api.put(path + "/prices/" + version, body),
          p -> "plan %s price version %d".formatted(plan, version));
    }
  }

  @Command(name = "compute", description = "What a second of one vCPU costs you.")
  static final class Compute extends ApiCommand {
    @Option(names = "--second", paramLabel = "CURRENCY=AMOUNT", required = true)
    Map<String, String> second = Map.of();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ObjectNode prices = body.putObject("microsPerVcpuSecond");
      second.forEach((currency, amount) -> prices.put(currency, Money.micros(amount, currency)));
      return show(api().put(ROOT + "compute-prices", body), p -> "compute prices are set");
    }
  }
}
