package dev.weir.local.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The deployment's clock; it moves only under {@code weir up --test-clock}. */
@Command(
    name = "clock",
    description = "The deployment's time; with DURATION, moves a test clock forward.",
    footerHeading = "%nExamples:%n",
    footer = {"  weir clock", "  weir clock 2h --settle"})
final class ClockCommand extends ApiCommand {

  @Parameters(paramLabel = "DURATION", arity = "0..1", description = "90s, 15m, 2h, 31d")
  @Nullable String by;

  @Option(names = "--settle", description = "Then do all that has become due.")
  boolean settle;

  @Override
  public Integer call() {
    Api api = api();
    var clock =
        by == null
            ? api.get("/local/v1/clock")
            : api.post("/local/v1/clock", Map.of("advanceSeconds", seconds(by)));
    if (settle) {
      api.post("/local/v1/settle", Map.of());
    }
    return show(
        clock,
        c ->
            "%s (%+d s from the machine's clock)"
                .formatted(text(c, "now"), c.path("offsetMs").asLong() / 1000));
  }

  static long seconds(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    try {
      return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper).toSeconds();
    } catch (DateTimeParseException e) {
      throw Failure.usage("duration \"" + text + "\" is not like 90s, 15m, 2h or 31d");
    }
  }
}
