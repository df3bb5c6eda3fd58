package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Custom development, paid by milestones. */
@Command(
    name = "projects",
    description = "Custom development: milestones agreed, delivered, accepted, charged once.",
    subcommands = {
      ProjectsCommand.Many.class,
      ProjectsCommand.Agree.class,
      ProjectsCommand.Deliver.class,
      ProjectsCommand.SendBack.class,
      ProjectsCommand.Accept.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir projects agree own-bot 01ks… --milestone prototype=5000 --milestone live=9000",
      "  weir projects deliver own-bot prototype",
      "  weir projects accept own-bot prototype"
    })
final class ProjectsCommand extends Group {

  private static final String ROOT = "/control/v1/projects";

  private static String project(JsonNode p) {
    String currency = ApiCommand.text(p, "currency");
    return "project %s: %s, agreement %s%n"
            .formatted(
                ApiCommand.text(p, "id"),
                ApiCommand.text(p, "name"),
                ApiCommand.text(p, "agreementId"))
        + TextTable.of(
            p.path("milestones"),
            Column.of("milestone", "id"),
            Column.of("", "state"),
            Column.amount("amount", m -> Money.exact(m.path("amountMicros").asLong(), currency)),
            Column.of("since", "at"),
            Column.of("why", "reason"));
  }

  @Command(name = "list", description = "Every project.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          ROOT,
          "no projects yet",
          Column.of("project", "id"),
          Column.of("name", "name"),
          Column.of("agreement", "agreementId"),
          Column.of("milestones", p -> Integer.toString(p.path("milestones").size())));
    }
  }

  @Command(name = "agree", description = "A project of an agreement, in its currency.")
  static final class Agree extends ApiCommand {
    @Parameters(index = "0", paramLabel = "ID")
    String id = "";

    @Parameters(index = "1", paramLabel = "AGREEMENT")
    String agreement = "";

    @Option(names = "--name", description = "What the customer reads (default: the id).")
    @Nullable String name;

    @Option(names = "--milestone", required = true, paramLabel = "ID=AMOUNT")
    Map<String, String> milestones = new LinkedHashMap<>();

    @Override
    public Integer call() {
      Api api = api();
      String currency =
          text(api.get("/control/v1/agreements/" + Api.encode(agreement)), "currency");
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("agreementId", agreement)
          .put("name", name == null ? id : name)
          .put("currency", currency);
      ArrayNode list = body.putArray("milestones");
      milestones.forEach((milestone, amount) ->
          list.addObject()
              .put("id", milestone)
              .put("name", milestone)
              .put("amountMicros", Money.micros(amount, currency)));
      return show(api.put(ROOT + "/" + Api.encode(id), body), ProjectsCommand::project);
    }
  }

  /** A step of a milestone. */
  abstract static class Step extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PROJECT")
    String id = "";

    @Parameters(index = "1", paramLabel = "MILESTONE")
    String milestone = "";

    int step(String step, Map<String, Object> body) {
      String path =
          ROOT + "/" + Api.encode(id) + "/milestones/" + Api.encode(milestone) + "/" + step;
      return show(api().post(path, body), ProjectsCommand::project);
    }
  }

  @Command(name = "deliver", description = "A milestone is delivered.")
  static final class Deliver extends Step {
    @Override
    public Integer call() {
      return step("deliver", Map.of());
    }
  }

  @Command(name = "send-back", description = "The customer does not take it.")
  static final class SendBack extends Step {
    @Option(names = "--reason", required = true)
    String reason = "";

    @Override
    public Integer call() {
      return step("send-back", Map.of("reason", reason));
    }
  }

  @Command(name = "accept", description = "The customer takes it: it is charged, once.")
  static final class Accept extends Step {
    @Override
    public Integer call() {
      return step("accept", Map.of());
    }
  }
}
