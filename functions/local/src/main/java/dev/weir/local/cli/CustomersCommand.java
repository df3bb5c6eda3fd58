package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Customers and what they bought. */
@Command(
    name = "customers",
    description = "Customers and their agreements.",
    subcommands = {
      CustomersCommand.Many.class,
      CustomersCommand.Agreements.class,
      CustomersCommand.End.class
    })
final class CustomersCommand extends Group {

  static String filter(@Nullable String channel) {
    return channel == null ? "" : "?channel=" + Api.encode(channel);
  }

  @Command(name = "list", description = "Customers, by the channel that brought them.")
  static final class Many extends ApiCommand {
    @Option(names = "--channel", description = "Only this channel's.")
    @Nullable String channel;

    @Override
    public Integer call() {
      return list(
          api().get("/control/v1/customers" + filter(channel)),
          "no customers yet",
          items -> {
            TextTable table = new TextTable("llll", "customer", "name", "channel", "since");
            for (JsonNode c : items) {
              table.row(text(c, "id"), text(c, "name"), text(c, "channelId"), text(c, "createdAt"));
            }
            return table;
          });
    }
  }

  @Command(name = "agreements", description = "What customers bought.")
  static final class Agreements extends ApiCommand {
    @Option(names = "--channel", description = "Only this channel's.")
    @Nullable String channel;

    @Override
    public Integer call() {
      return list(
          api().get("/control/v1/agreements" + filter(channel)),
          "no agreements yet",
          items -> {
            TextTable table =
                new TextTable(
                    "llllll", "agreement", "customer", "plan", "billed", "state", "since");
            for (JsonNode a : items) {
              table.row(
                  text(a, "id"),
                  text(a, "customer"),
                  text(a, "planId") + " v" + text(a, "priceVersion"),
                  text(a, "billedThrough"),
                  text(a, "state"),
                  text(a, "startedAt"));
            }
            return table;
          });
    }
  }

  @Command(name = "end", description = "Ends an agreement; what was used stays billed.")
  static final class End extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/agreements/" + Api.encode(id) + "/end", Map.of()),
          a -> "agreement %s is %s".formatted(id, text(a, "state")));
    }
  }
}
