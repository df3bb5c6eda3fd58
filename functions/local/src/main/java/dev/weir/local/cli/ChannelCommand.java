package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Channels: configured, running plugins. */
@Command(
    name = "channel",
    description = "Channels: where your model is sold.",
    subcommands = {ChannelCommand.Put.class, ChannelCommand.Many.class, ChannelCommand.Show.class},
    footerHeading = "%nExample:%n",
    footer = "  weir channel list --json | jq .items")
final class ChannelCommand extends Group {

  static String path(String id) {
    return "/control/v1/channels/" + Api.encode(id);
  }

  @Command(
      name = "put",
      aliases = "add",
      description = "Opens a channel on an installed plugin, or changes one.",
      footerHeading = "%nExample:%n",
      footer = {
        "  weir channel put slack-emea --plugin social-slack --product support \\",
        "       --plan slack-usd --currency USD --set client_id=1.2 \\",
        "       --secret-env client_secret=SLACK_SECRET"
      })
  static final class Put extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "The channel's name, such as slack-emea.")
    String id = "";

    @Option(names = "--plugin", required = true, description = "An installed plugin.")
    String plugin = "";

    @Option(names = "--product", required = true, description = "What its customers get.")
    String product = "";

    @Option(names = "--plan", required = true, description = "At which price.")
    String plan = "";

    @Option(names = "--currency", required = true, description = "The plan's: USD or CNY.")
    String currency = "";

    @Option(
        names = "--fee-bp",
        description = "What the marketplace keeps, in hundredths of a percent.")
    int feeBasisPoints;

    @Option(names = "--share-bp", description = "What the partner gets, likewise.")
    int shareBasisPoints;

    @Option(names = "--partner", description = "Who gets the share.")
    @Nullable String partner;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the plugin.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
        names = "--secret",
        paramLabel = "NAME=VALUE",
        description = "A secret of the plugin; it shows in the shell's history.")
    Map<String, String> plainSecrets = new LinkedHashMap<>();

    @Option(
        names = "--secret-env",
        paramLabel = "NAME=VARIABLE",
        description = "A secret of the plugin, taken from the environment.")
    Map<String, String> secrets = new LinkedHashMap<>();

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("plugin", plugin).put("productId", product).put("planId", plan);
      body.put("currency", currency).put("feeBasisPoints", feeBasisPoints);
      body.put("shareBasisPoints", shareBasisPoints);
      if (partner != null) {
        body.put("partner", partner);
      }
      body.set("settings", Json.MAPPER.valueToTree(settings));
      ObjectNode values = body.putObject("secrets");
      plainSecrets.forEach(values::put);
      secrets.forEach((name, variable) ->
          values.put(
              name,
              Connection.environment(variable)
                  .orElseThrow(() ->
                      Failure.usage("the environment variable " + variable + " is not set"))));
      return show(
          api().put(path(id), body),
          c ->
              "channel %s is open%n  events:  %s%n  onboard: %s"
                  .formatted(id, c.at("/urls/events").asText(), c.at("/urls/onboard").asText()));
    }
  }

  @Command(name = "list", description = "All channels.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/control/v1/channels",
          "no channels yet: weir plugin install JAR, then weir channel put ID",
          Column.of("channel", "id"),
          Column.of("kind", "kind"),
          Column.of("plugin", "plugin"),
          Column.of("product", "productId"),
          Column.of("plan", "planId"),
          Column.of("currency", "currency"));
    }
  }

  @Command(name = "show", description = "A channel's configuration and URLs.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "ID")
    String id = "";

    @Override
    public Integer call() {
      return show(api().get(path(id)), ApiCommand::pretty);
    }
  }
}
