package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a model. */
@Command(
    name = "predict",
    description = {
      "Asks a model: as a customer with their key, else as the vendor.",
      "With a key the call is metered and billed; without one it is a try-out and free.",
      "A remote chat service takes one --text as a try-out; customers call /v1/chat/completions."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir predict support --text \"我的包裹到哪里了？\"",
      "  weir predict churn --file rows.json --key weir_…"
    })
final class PredictCommand extends ApiCommand {

  @Parameters(paramLabel = "NAME", description = "The endpoint's name.")
  String name = "";

  @ArgGroup(multiplicity = "1")
  Input input = new Input();

  @Option(names = "--key", description = "A customer's API key (environment: WEIR_KEY).")
  @Nullable String key;

  /** What is asked. */
  static final class Input {
    @Option(names = "--text", description = "One text.")
    @Nullable String text;

    @Option(names = "--file", description = "A JSON file: an instance, or an array of them.")
    @Nullable Path file;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode instances = body.putArray("instances");
    if (input.file != null) {
      JsonNode given = readJson(input.file);
      if (given.isArray()) {
        given.forEach(instances::add);
      } else {
        instances.add(given);
      }
    } else {
      instances.addObject().put("text", input.text);
    }
    Optional<String> customer = key == null ? Connection.environment("WEIR_KEY") : Optional.of(key);
    JsonNode answer =
        customer.isPresent()
            ? new Api(connection.base(), customer)
                .post("/v1/models/" + Api.encode(name) + "/predict", body)
            : api().post(Endpoints.path(name) + "/try", body);
    return show(answer, PredictCommand::lines);
  }

  private static String lines(JsonNode answer) {
    StringBuilder lines = new StringBuilder();
    for (JsonNode prediction : answer.path("predictions")) {
      if (prediction.has("value")) {
        lines.append(text(prediction, "value"));
      } else if (prediction.has("label")) {
        lines.append(
            "%s (%.3f)".formatted(text(prediction, "label"), prediction.path("score").asDouble()));
      }
      if (prediction.has("answer")) {
        lines
            .append(prediction.has("label") ? ": " : "")
            .append(TextTable.printable(text(prediction, "answer")));
      }
      lines.append(System.lineSeparator());
    }
    return lines.toString();
  }
}
