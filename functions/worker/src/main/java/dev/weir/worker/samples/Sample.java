package dev.weir.worker.samples;

import dev.weir.core.dataset.AddDataset;
import dev.weir.core.dataset.Answers;
import dev.weir.core.dataset.Format;
import dev.weir.core.dataset.OnBadRow;
import dev.weir.core.job.Recipe;
import dev.weir.core.job.RecipeParser;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A dataset that lies in the project; {@code samples/README.md} names source and licence. */
public enum Sample {
  BREAST_CANCER("breast-cancer", Format.CSV, "accuracy"),
  DIABETES("diabetes", Format.CSV, "rmse"),
  CUSTOMER_SERVICE("customer-service", Format.JSONL, "f1-macro");

  private final String dataset;
  private final Format format;
  private final String metric;

  Sample(String dataset, Format format, String metric) {
    this.dataset = dataset;
    this.format = format;
    this.metric = metric;
  }

  /** The name of the dataset. */
  public String dataset() {
    return dataset;
  }

  /** The metric that its results are stated in; {@code baseline-…} is beside it. */
  public String metric() {
    return metric;
  }

  /** How it is added; with its answers where it has some. */
  public AddDataset command() {
    return new AddDataset(dataset, format, Optional.empty(), OnBadRow.REFUSE, answers());
  }

  private Optional<Answers> answers() {
    return this == CUSTOMER_SERVICE
        ? Optional.of(Json.parse(text(dataset + ".answers.json"), Answers.class))
        : Optional.empty();
  }

  /** The file, to be uploaded. */
  public InputStream open() {
    return resource(dataset + (format == Format.CSV ? ".csv" : ".jsonl"));
  }

  /** The recipe that its stated results were reached with. */
  public Recipe recipe() {
    return RecipeParser.parse(text(dataset + ".recipe.json"));
  }

  private static String text(String file) {
    try (InputStream in = resource(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private static InputStream resource(String file) {
    InputStream in = Sample.class.getResourceAsStream(file);
    if (in == null) {
      throw new IllegalStateException("resource " + file + " is missing");
    }
    return in;
  }
}
