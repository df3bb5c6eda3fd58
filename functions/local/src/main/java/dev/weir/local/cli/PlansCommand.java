package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
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
      PlanShow.class,
      PlansCommand.Products.class,
      PlansCommand.Meters.class,
      PlansCommand.Product.class,
      PlansCommand.Meter.class,
      PlansCommand.Plan.class,
      PriceCommand.class,
      PricingCommands.Book.class,
      PricingCommands.Sponsor.class,
      PricingCommands.Sponsors.class,
      PricingCommands.Joint.class,
      PlansCommand.Compute.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plans product support --name \"Customer service\" --endpoint support",
      "  weir plans meter calls --unit call",
      "  weir plans show slack-usd",
      "  weir plans plan slack-usd --product support --currency USD",
      "  weir plans price slack-usd 1 --flat 9.00 --per-unit calls=0.02 --included calls=100",
      "  weir plans price slack-usd 2 --graduated calls=1000:0.02,10000:0.015,*:0.01 --trial 14",
      "  weir plans book slack-emea 1 --factor group=0.8 --factor model=1.5@calls",
      "  weir plans sponsor free --channel slack-emea --payer vendor --cap 5 --budget 500"
          + " --currency USD"
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

  @Command(name = "products", description = "All products.")
  static final class Products extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "products",
          "no products yet: weir plans product ID, weir connect",
          Column.of("product", "id"),
          Column.of("name", "name"),
          Column.of("endpoint", "endpoint"));
    }
  }

  @Command(name = "meters", description = "All that is counted.")
  static final class Meters extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT + "meters",
          "no meters yet: weir plans meter ID",
          Column.of("meter", "id"),
          Column.of("unit", "unit"),
          Column.number("decimals", "scale"),
          Column.of("an hour's", "aggregation"));
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

    @Option(
        names = "--aggregation",
        defaultValue = "sum",
        description = "How an hour's facts become its quantity: sum, count, max, unique, latest.")
    String aggregation = "sum";

    @Override
    public Integer call() {
      Map<String, Object> body = Map.of("unit", unit, "scale", scale, "aggregation", aggregation);
      return show(api().put(ROOT + "meters/" + Api.encode(id), body), m -> "meter " + id);
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

  @Command(name = "compute", description = "What a second of one vCPU, and of one GPU, costs you.")
  static final class Compute extends ApiCommand {
    @Option(names = "--second", paramLabel = "CURRENCY=AMOUNT", required = true)
    Map<String, String> second = Map.of();

    @Option(names = "--gpu-second", paramLabel = "CURRENCY=AMOUNT", description = "Of each GPU.")
    Map<String, String> gpuSecond = Map.of();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ObjectNode prices = body.putObject("microsPerVcpuSecond");
      second.forEach((currency, amount) -> prices.put(currency, Money.micros(amount, currency)));
      if (!gpuSecond.isEmpty()) {
        ObjectNode gpus = body.putObject("microsPerGpuSecond");
        gpuSecond.forEach((currency, amount) -> gpus.put(currency, Money.micros(amount, currency)));
      }
      return show(api().put(ROOT + "compute-prices", body), p -> "compute prices are set");
    }
  }
}
