package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits a recipe and follows the job. */
@Command(
    name = "train",
    description = "Trains a model by a recipe, with progress, loss, metric and time left.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir train recipe.json",
      "  weir train recipe.json --model support --no-wait && weir jobs list"
    })
final class TrainCommand extends ApiCommand {

  @Parameters(paramLabel = "RECIPE", description = "A JSON file; its schema is in the README.")
  Path recipe = Path.of("");

  @Option(
      names = "--model",
      description = "The model that gets a new version (default: the recipe's dataset).")
  @Nullable String model;

  @Option(names = "--no-wait", description = "Only submit the job.")
  boolean noWait;

  @Override
  public Integer call() {
    Api api = api();
    JsonNode given = readJson(recipe);
    String name = model == null ? given.at("/data/dataset").asText() : model;
    JsonNode job = api.post("/control/v1/jobs", Map.of("model", name, "recipe", given));
    if (noWait) {
      return show(job, JobsCommand::line);
    }
    JsonNode ended = new JobProgress(api, out(), connection.json).follow(text(job, "id"));
    return show(ended, JobsCommand::line);
  }
}
