package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Named, versioned data. */
@Command(
    name = "dataset",
    description = "Data to train on: checked, profiled, versioned.",
    subcommands = {DatasetCommand.Add.class, DatasetCommand.Many.class, DatasetCommand.Show.class},
    footerHeading = "%nExamples:%n",
    footer = {"  weir dataset add faq questions.csv", "  weir dataset show faq --version 2"})
final class DatasetCommand extends Group {

  @Command(
      name = "add",
      description = "Uploads a CSV or JSONL file as a new version of a dataset.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir dataset add faq questions.csv",
        "  weir dataset add faq questions.csv --answers answers.json",
        "  weir dataset add churn rows.jsonl --on-bad-row drop --schema schema.json",
        "In a schema, \"subject\" names the column that says whose words a row holds, as",
        "channel/binding/user: an erasure then finds the datasets that hold them."
      })
  static final class Add extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The dataset's name.")
    String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "Its rows, CSV or JSONL.")
    Path file = Path.of("");

    @Option(names = "--format", description = "csv or jsonl; by the file's name otherwise.")
    @Nullable String format;

    @Option(
        names = "--on-bad-row",
        defaultValue = "refuse",
        description = "refuse the file, or drop the row and say so (default: ${DEFAULT-VALUE}).")
    String onBadRow = "refuse";

    @Option(names = "--schema", description = "The columns and their types; inferred otherwise.")
    @Nullable Path schema;

    @Option(
        names = "--answers",
        description = {
          "What a model trained on it says: a JSON file of label → language → text, such as",
          "{\"refund\": {\"en\": \"Within 14 days.\", \"zh\": \"14 天内。\"}}."
        })
    @Nullable Path answers;

    @Override
    public Integer call() {
      long bytes;
      try {
        bytes = Files.size(file);
      } catch (IOException e) {
        throw Failure.usage("there is no file " + file);
      }
      Api api = api();
      JsonNode upload = api.post("/control/v1/uploads", Map.of("bytes", bytes));
      api.upload(text(upload, "url"), file);
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("name", name).put("format", format()).put("onBadRow", onBadRow);
      body.put("upload", text(upload, "upload"));
      if (schema != null) {
        body.set("schema", readJson(schema));
      }
      if (answers != null) {
        body.set("answers", readJson(answers));
      }
      return show(
          api.post("/control/v1/datasets", body),
          d ->
              "dataset %s version %s: %s rows, %s columns, %d dropped%s"
                  .formatted(
                      name,
                      text(d, "version"),
                      text(d, "rows"),
                      text(d, "columns"),
                      d.at("/profile/badRows").asLong(),
                      d.has("subjects") ? ", words of " + text(d, "subjects") + " people" : ""));
    }

    private String format() {
      if (format != null) {
        return format;
      }
      String given = file.getFileName().toString().toLowerCase(Locale.ROOT);
      int dot = given.lastIndexOf('.');
      return switch (dot < 0 ? "" : given.substring(dot + 1)) {
        case "csv" -> "csv";
        case "jsonl", "ndjson" -> "jsonl";
        default -> throw Failure.usage("the format of " + file + " is not clear; say --format");
      };
    }
  }

  @Command(name = "list", description = "All datasets, with their latest version.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/control/v1/datasets",
          "no datasets yet: weir dataset add NAME FILE",
          Column.of("dataset", "name"),
          Column.number("version", "version"),
          Column.number("rows", "rows"),
          Column.number("people", "subjects"),
          Column.of("created", "createdAt"));
    }
  }

  @Command(name = "show", description = "A dataset's profile.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "The dataset's name.")
    String name = "";

    @Option(names = "--version", description = "Which version; the latest otherwise.")
    @Nullable Integer version;

    @Override
    public Integer call() {
      String path = "/control/v1/datasets/" + Api.encode(name);
      return show(api().get(version == null ? path : path + "/" + version), ApiCommand::pretty);
    }
  }
}
