package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.cost.CloudPrices;
import dev.weir.core.cost.MoneyCost;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the cloud asks for the money path; computed here, no deployment is asked. */
@Command(
    name = "cost",
    description = {
      "What the cloud asks for metering, sealing, ledger and reports of a month, line by line.",
      "It is computed from measured write units and a file of list prices."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir cost --calls 1e7 --customers 1000",
      "  weir cost --calls 1e7 --customers 1000 --active 0.2 --json | jq .money.usdPerMonth",
      "  weir cost --calls 1e9 --customers 50 --prices my-prices.json"
    })
final class CostCommand extends WithHelp implements Callable<Integer> {

  private static final long PRICES_MAX_BYTES = 64 << 10;

  @Option(names = "--calls", required = true, description = "Calls a month, such as 1e7.")
  double calls;

  @Option(
      names = "--queued",
      defaultValue = "0",
      description = {
        "The part of the calls that are queued or answered in a function;",
        "the others are synchronous calls on hosts. Default ${DEFAULT-VALUE}."
      })
  double queued;

  @Option(
      names = "--budgeted",
      defaultValue = "0",
      description = {
        "How many budgets allow a call on average, one call at a time: so it is while a process",
        "has fewer than ten a second. Default ${DEFAULT-VALUE}."
      })
  double budgeted;

  @Option(
      names = "--rate-limited",
      defaultValue = "0",
      description =
          "How many rate limits allow a call on average, as rarely; default ${DEFAULT-VALUE}.")
  double rateLimited;

  @Option(names = "--customers", required = true, description = "Customers, one agreement each.")
  double customers;

  @Option(
      names = "--active",
      defaultValue = "0.2",
      description = "The part of all customers' hours that have calls; default ${DEFAULT-VALUE}.")
  double active;

  @Option(
      names = "--hosts",
      defaultValue = "2",
      description = "Hosts that keep journals; default ${DEFAULT-VALUE}.")
  int hosts;

  @Option(
      names = "--flush-seconds",
      defaultValue = "300",
      description = "How often a host sends its usage; default ${DEFAULT-VALUE}.")
  int flushSeconds;

  @Option(names = "--prices", description = "A file of prices; default: those of us-east-1.")
  @Nullable Path prices;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    MoneyCost.Bill bill;
    try {
      bill =
          MoneyCost.of(
              new MoneyCost.Load(
                  calls, queued, budgeted, rateLimited, customers, active, hosts, flushSeconds),
              readPrices());
    } catch (IllegalArgumentException | ProblemException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
    JsonNode tree = Json.MAPPER.valueToTree(bill);
    out().println(json ? ApiCommand.pretty(tree) : text(bill));
    out().flush();
    return Exit.OK;
  }

  private CloudPrices readPrices() {
    return prices == null
        ? CloudPrices.standard()
        : CloudPrices.of(
            new String(ApiCommand.readFile(prices, PRICES_MAX_BYTES), StandardCharsets.UTF_8));
  }

  private static String text(MoneyCost.Bill bill) {
    TextTable table = new TextTable("llrlr", "part", "what", "quantity", "unit", "USD a month");
    for (MoneyCost.Line line : bill.money().lines()) {
      String quantity = "%,.0f".formatted(line.quantity());
      table.row(
          line.part().toString().toLowerCase(Locale.ROOT).replace('_', ' '),
          line.what(),
          line.quantity() < 10 ? "%.2f".formatted(line.quantity()) : quantity,
          line.unit(),
          "%.4f".formatted(line.usd()));
    }
    MoneyCost.Assumptions given = bill.assumptions();
    return """
    %s
    together                    %.2f USD a month
    facts                       %.4f USD per million calls on hosts
                                %.4f USD per million queued calls
    active agreement-hours      %,.0f, each with %.0f facts a meter and %.1f write units
    not counted                 %s
    prices                      %s, %s: %s\
    """
        .formatted(
            table,
            bill.money().usdPerMonth(),
            bill.money().usdPerMillionCalls(),
            bill.money().usdPerMillionQueuedCalls(),
            given.activeAgreementHours(),
            given.factsPerAgreementMeterHour(),
            given.writeUnitsPerAgreementHour(),
            given.notCounted(),
            bill.prices().region(),
            bill.prices().checked(),
            bill.prices().source());
  }
}
