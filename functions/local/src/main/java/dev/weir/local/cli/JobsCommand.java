package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Training jobs. */
@Command(
    name = "jobs",
    description = "Training jobs: list, show, watch, stop.",
    subcommands = {
      JobsCommand.Many.class,
      JobsCommand.Show.class,
      JobsCommand.Watch.class,
      JobsCommand.Stop.class
    },
    footerHeading = "%nExamples:%n",
    footer = {"  weir jobs list", "  weir jobs watch JOB && weir models list"})
final class JobsCommand extends Group {

  static String path(String id) {
    return "/control/v1/jobs/" + Api.encode(id);
  }

  /** One job in one line. */
  static String line(JsonNode job) {
    StringBuilder line = new StringBuilder(ApiCommand.text(job, "id"));
    line.append(' ').append(ApiCommand.text(job, "state"));
    headline(job)
        .ifPresent(metric ->
            line.append(" %s %.4f".formatted(metric, job.path("metrics").path(metric).asDouble())));
    if (job.has("modelVersion")) {
      line.append(
          " → %s version %s"
              .formatted(ApiCommand.text(job, "model"), ApiCommand.text(job, "modelVersion")));
    }
    if (job.has("reason")) {
      line.append(": ").append(ApiCommand.text(job, "reason"));
    }
    return line.toString();
  }

  /** The metric of the test data that people ask for first, where the job has one. */
  private static Optional<String> headline(JsonNode job) {
    return Stream.of("accuracy", "f1-macro", "r2", "rmse")
        .filter(metric -> job.path("metrics").has(metric))
        .findFirst();
  }

  @Command(name = "list", description = "The latest jobs.")
  static final class Many extends ApiCommand {
    @Option(
        names = "--limit",
        defaultValue = "20",
        description = "How many (default: ${DEFAULT-VALUE}).")
    int limit = 20;

    @Override
    public Integer call() {
      return list(
          api().get("/control/v1/jobs?limit=" + limit),
          "no jobs yet: weir train RECIPE",
          Column.of("job", "id"),
          Column.of("state", "state"),
          Column.of("model", "model"),
          Column.of("metric", job -> headline(job).orElse("")),
          Column.amount(
              "value",
              job ->
                  headline(job)
                      .map(m -> "%.4f".formatted(job.path("metrics").path(m).asDouble()))
                      .orElse("")),
          Column.of("submitted", "submittedAt"));
    }
  }

  @Command(name = "show", description = "One job.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "JOB", description = "Its id: weir jobs list.")
    String id = "";

    @Override
    public Integer call() {
      return show(api().get(path(id)), JobsCommand::line);
    }
  }

  @Command(name = "watch", description = "Follows a job to its end; exit code 5 where it fails.")
  static final class Watch extends ApiCommand {
    @Parameters(paramLabel = "JOB", description = "Its id: weir jobs list.")
    String id = "";

    @Override
    public Integer call() {
      return show(new JobProgress(api(), out(), connection.json).follow(id), JobsCommand::line);
    }
  }

  @Command(name = "stop", description = "Asks a job to keep a checkpoint and end.")
  static final class Stop extends ApiCommand {
    @Parameters(paramLabel = "JOB", description = "Its id: weir jobs list.")
    String id = "";

    @Override
    public Integer call() {
      return show(api().post(path(id) + "/stop", Map.of()), JobsCommand::line);
    }
  }
}
