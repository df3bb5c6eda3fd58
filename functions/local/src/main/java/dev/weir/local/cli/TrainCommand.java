package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits a recipe and follows the job. */
@Command(
    name = "train",
    description = "Trains a model by a recipe, with progress, loss, metric and time left.",
    footerHeading = "%nExamples:%n",
    footer = {"  weir train recipe.json", "  weir train recipe.json --no-wait && weir jobs list"})
final class TrainCommand extends ApiCommand {

  @Parameters(paramLabel = "RECIPE", description = "A JSON file; its schema is in the README.")
  Path recipe = Path.of("");

  @Option(names = "--no-wait", description = "Only submit the job.")
  boolean noWait;

  @Override
  public Integer call() {
    Api api = api();
    JsonNode job = api.post("/control/v1/jobs", Map.of("recipe", readJson(recipe)));
    if (noWait) {
      return show(job, JobsCommand::line);
    }
    JsonNode ended = new JobProgress(api, out(), connection.json).follow(text(job, "id"));
    return show(ended, JobsCommand::line);
  }
}
