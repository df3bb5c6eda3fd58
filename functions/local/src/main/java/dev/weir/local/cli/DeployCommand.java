package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves a model version behind a name. */
@Command(
    name = "deploy",
    description = "Serves a model's version behind a name; again with another version to replace.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir deploy support --model support",
      "  weir deploy support --model support --version 3 --replicas 2",
      "  weir deploy list"
    })
final class DeployCommand extends ApiCommand {

  @Parameters(paramLabel = "NAME", description = "The endpoint's name, or `list`.")
  String name = "";

  @Option(names = "--model", description = "The model's name (default: the endpoint's).")
  @Nullable String model;

  @Option(names = "--version", description = "Which version (default: champion, or the latest).")
  @Nullable Integer version;

  @Option(
      names = "--replicas",
      defaultValue = "1",
      description = "How many processes; 0 lets it sleep (default: ${DEFAULT-VALUE}).")
  int replicas = 1;

  @Option(
      names = "--wait-s",
      defaultValue = "120",
      description = "Seconds to wait for it; 0 for none (default: ${DEFAULT-VALUE}).")
  int waitSeconds = 120;

  @Override
  public Integer call() {
    Api api = api();
    if (name.equals("list")) {
      return listAll();
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", model == null ? name : model).put("replicas", replicas);
    if (version != null) {
      body.put("version", version);
    }
    JsonNode endpoint = api.put(Endpoints.path(name), body);
    if (waitSeconds > 0) {
      endpoint = Endpoints.awaitReady(api, name, Duration.ofSeconds(waitSeconds));
    }
    return show(endpoint, Endpoints::line);
  }

  private int listAll() {
    return list(
        "/control/v1/endpoints",
        "no endpoints yet: weir deploy NAME --model MODEL",
        Column.of("endpoint", "name"),
        Column.of("kind", "kind"),
        Column.of("model", "model"),
        Column.of("state", "state"),
        Column.number("ready", "ready"),
        Column.number("desired", "desired"));
  }
}
