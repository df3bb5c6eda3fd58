package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
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
      CustomersCommand.Add.class,
      CustomersCommand.Many.class,
      CustomersCommand.Agreements.class,
      CustomersCommand.End.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir customers add \"ACME Ltd\" --plan chat",
      "  weir customers agreements --channel slack-emea"
    })
final class CustomersCommand extends Group {

  @Command(
      name = "add",
      description = {
        "Sells a plan to a customer of your own, without a channel in between.",
        "They call with a key (weir keys issue AGREEMENT) and are invoiced by you."
      },
      footerHeading = "%nExample:%n",
      footer = "  weir customers add \"ACME Ltd\" --plan chat")
  static final class Add extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "The customer's name.")
    String name = "";

    @Option(names = "--plan", required = true, description = "What they buy: weir plans list.")
    String plan = "";

    @Option(
        names = "--reference",
        description = "Your own name for this sale (default: customer and plan); sold once.")
    @Nullable String reference;

    @Option(names = "--customer", description = "The id of a customer that you have already.")
    @Nullable String customerId;

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("customer", name).put("planId", plan);
      if (reference != null) {
        body.put("reference", reference);
      }
      if (customerId != null) {
        body.put("customerId", customerId);
      }
      return show(
          api().post("/control/v1/agreements", body),
          a ->
              "%s bought plan %s: agreement %s%nnext: weir keys issue %s"
                  .formatted(name, plan, text(a, "id"), text(a, "id")));
    }
  }

  @Command(name = "list", description = "Customers, by the channel that brought them.")
  static final class Many extends ApiCommand {
    @Option(names = "--channel", description = "Only this channel's.")
    @Nullable String channel;

    @Override
    public Integer call() {
      return list(
          "/control/v1/customers" + Query.of("channel", channel),
          "no customers yet",
          Column.of("customer", "id"),
          Column.of("name", "name"),
          Column.of("channel", "channelId"),
          Column.of("since", "createdAt"));
    }
  }

  @Command(name = "agreements", description = "What customers bought.")
  static final class Agreements extends ApiCommand {
    @Option(names = "--channel", description = "Only this channel's.")
    @Nullable String channel;

    @Override
    public Integer call() {
      return list(
          "/control/v1/agreements" + Query.of("channel", channel),
          "no agreements yet",
          Column.of("agreement", "id"),
          Column.of("customer", "customer"),
          Column.of("plan", a -> text(a, "planId") + " v" + text(a, "priceVersion")),
          Column.of("billed", "billedThrough"),
          Column.of("state", "state"),
          Column.of("since", "startedAt"));
    }
  }

  @Command(name = "end", description = "Ends an agreement; what was used stays billed.")
  static final class End extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Which: weir customers agreements.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/agreements/" + Api.encode(id) + "/end", Map.of()),
          a -> "agreement %s is %s".formatted(id, text(a, "state")));
    }
  }
}
