package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who is told what nobody should have to look for. */
@Command(
    name = "notices",
    description =
        "Tells of budgets at 50/80/100 %%, unpaid invoices and incidents, and shows what was told.",
    subcommands = {
      NoticesCommand.Many.class,
      NoticesCommand.TargetsOf.class,
      NoticesCommand.Put.class,
      NoticesCommand.Test.class,
      NoticesCommand.Resend.class,
      NoticesCommand.Remove.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir notices set ops --webhook https://example.com/weir",
      "  weir notices set acme --on customer:ID --webhook https://acme.example/hook --type budget",
      "  weir notices set acme-slack --on agreement:ID --chat slack-emea --in channel=C024BE91L",
      "  weir notices test ops",
      "  weir notices list --month 2026-11",
      "  weir notices resend kat7… --month 2026-11"
    })
final class NoticesCommand extends Group {

  private static final String TARGETS = "/control/v1/notice-targets";

  private static String target(String id) {
    return TARGETS + "/" + Api.encode(id);
  }

  @Command(name = "list", description = "A month's notices, and who got them.")
  static final class Many extends ApiCommand {
    @Option(names = "--month", description = "Such as 2026-11 (default: this one).")
    @Nullable String month;

    @Override
    public Integer call() {
      return list(
          "/control/v1/notices" + Query.of("month", month),
          "nothing to tell yet",
          Column.of("at", n -> n.at("/notice/at").asText()),
          Column.of("id", n -> n.at("/notice/id").asText()),
          Column.of("notice", n -> n.at("/notice/type").asText()),
          Column.of("on", n -> n.at("/notice/on").asText()),
          Column.of("told", Many::told));
    }

    private static String told(JsonNode notice) {
      List<String> told = new ArrayList<>();
      for (JsonNode delivery : notice.path("deliveries")) {
        String met = text(delivery, "detail");
        told.add(
            "%s %s%s"
                .formatted(
                    text(delivery, "targetId"),
                    text(delivery, "state"),
                    met.isEmpty() ? "" : " (" + met + ")"));
      }
      return told.isEmpty() ? "nobody" : String.join(", ", told);
    }
  }

  @Command(name = "targets", description = "Who is told.")
  static final class TargetsOf extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          TARGETS,
          "nobody is told: weir notices set ID --webhook https://…",
          Column.of("target", "id"),
          Column.of("on", "on"),
          Column.of("way", t -> way(t.path("way"))),
          Column.of("types", t -> t.path("types").isEmpty() ? "all" : words(t.path("types"), " ")));
    }
  }

  private static String way(JsonNode way) {
    return way.has("url")
        ? ApiCommand.text(way, "url")
        : "chat %s %s".formatted(ApiCommand.text(way, "channelId"), way.path("attributes"));
  }

  @Command(name = "set", description = "Tells somebody; a webhook's secret is shown once.")
  static final class Put extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Its name.")
    String id = "";

    @Option(
        names = "--on",
        paramLabel = "WHOM",
        description = "vendor (default): of everything; or of customer:ID, agreement:ID, key:ID.")
    String on = "vendor";

    @Option(
        names = "--webhook",
        paramLabel = "URL",
        description = "An HTTPS address, told by Standard Webhooks.")
    @Nullable String url;

    @Option(names = "--chat", paramLabel = "CHANNEL", description = "One that delivers to it.")
    @Nullable String chat;

    @Option(
        names = "--in",
        paramLabel = "NAME=VALUE",
        description = "Where in it: channel=C… of Slack, message_id=om_… of Feishu.")
    Map<String, String> in = Map.of();

    @Option(
        names = "--type",
        description = "Only these: budget, dunning, incident, or such as dunning.suspended.")
    List<String> types = List.of();

    @Option(
        names = "--new-secret",
        description = "Signs with another secret from now on, and with the old one for 24 hours.")
    boolean newSecret;

    @Override
    public Integer call() {
      if ((url == null) == (chat == null)) {
        throw Failure.usage("either --webhook or --chat");
      }
      ObjectNode body = Json.MAPPER.createObjectNode().put("on", on);
      if (url != null) {
        body.put("url", url).put("newSecret", newSecret);
      } else {
        body.put("channel", chat);
        ObjectNode attributes = body.putObject("attributes");
        in.forEach(attributes::put);
      }
      ArrayNode list = body.putArray("types");
      types.forEach(list::add);
      return show(
          api().put(target(id), body),
          t ->
              "target %s: %s is told of %s%s"
                  .formatted(
                      id,
                      way(t.path("way")),
                      text(t, "on"),
                      t.has("secret")
                          ? "%nsecret, shown this once: %s".formatted(text(t, "secret"))
                          : ""));
    }
  }

  @Command(name = "test", description = "Sends a target a test notice now.")
  static final class Test extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Which: weir notices targets.")
    String id = "";

    @Override
    public Integer call() {
      JsonNode delivery = api().post(target(id) + "/test", Map.of());
      show(delivery, d -> "target %s: %s, %s".formatted(id, text(d, "state"), text(d, "detail")));
      return text(delivery, "state").equals("DELIVERED") ? Exit.OK : Exit.DOES_NOT_HOLD;
    }
  }

  @Command(name = "resend", description = "Tells a notice again to whom telling it FAILED.")
  static final class Resend extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Which: weir notices list.")
    String id = "";

    @Option(names = "--month", description = "Such as 2026-11 (default: this one).")
    @Nullable String month;

    @Option(names = "--target", description = "Only this one (default: all that it FAILED for).")
    @Nullable String target;

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      if (month != null) {
        body.put("month", month);
      }
      if (target != null) {
        body.put("target", target);
      }
      return show(
          api().post("/control/v1/notices/" + Api.encode(id) + "/resend", body),
          n -> "notice %s: %s".formatted(id, Many.told(n)));
    }
  }

  @Command(name = "remove", description = "Tells a target nothing more.")
  static final class Remove extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Which: weir notices targets.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post(target(id) + "/remove", Map.of()), t -> "target " + id + " is removed");
    }
  }
}
