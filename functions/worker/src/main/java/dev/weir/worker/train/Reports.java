package dev.weir.worker.train;

import dev.weir.core.job.MetricPoint;
import dev.weir.core.job.Progress;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the algorithm tells the agent while it runs: lines of {@code
 * output/intermediate/progress.jsonl}. Any image may write such lines.
 */
public final class Reports {

  /** The file's name in {@code output/intermediate}. */
  public static final String FILE = "progress.jsonl";

  private final Path file;

  Reports(Path file) {
    this.file = file;
  }

  /** One line. */
  public record Line(Optional<Progress> progress, Optional<MetricPoint> metric) {}

  /** A phase without epochs. */
  void phase(String phase, double fraction) {
    write(
        new Line(
            Optional.of(
                new Progress(
                    phase,
                    fraction,
                    0,
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            Optional.empty()));
  }

  void epoch(Progress progress, MetricPoint metric) {
    write(new Line(Optional.of(progress), Optional.of(metric)));
  }

  private void write(Line line) {
    try {
      Files.writeString(
          file,
          Json.write(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("progress cannot be written", e);
    }
  }
}
