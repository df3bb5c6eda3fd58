package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Walks from an amount to the calls and adds them up again. */
@Command(
    name = "explain",
    description = {
      "Walks from an amount to the calls behind it and adds them up again.",
      "Exit code 5 where the sum differs. Without a line: lists the lines."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  weir explain --channel slack-emea", "  weir explain 01jd8…"})
final class ExplainCommand extends ApiCommand {

  @Parameters(paramLabel = "LINE", arity = "0..1", description = "A rated line.")
  @Nullable String line;

  @Option(names = "--channel", description = "Only this channel's lines.")
  @Nullable String channel;

  @Override
  public Integer call() {
    if (line == null) {
      return listLines();
    }
    JsonNode explanation = api().get("/control/v1/lines/" + Api.encode(line) + "/explanation");
    show(explanation, Walk::of);
    if (!explanation.path("addsUp").asBoolean()) {
      String missing = text(explanation, "missing");
      throw Failure.doesNotHold(
          "line " + line + " does not add up" + (missing.isEmpty() ? "" : ": " + missing));
    }
    return Exit.OK;
  }

  private int listLines() {
    return list(
        "/control/v1/lines?limit=1000" + (channel == null ? "" : "&channel=" + Api.encode(channel)),
        "no lines yet: an hour is rated once it is sealed",
        Column.of("line", "id"),
        Column.of("channel", "channelId"),
        Column.of("meter", "meter"),
        Column.of("hour", "hour"),
        Column.number("quantity", "quantity"),
        Column.amount(
            "amount", l -> Money.exact(l.path("amountMicros").asLong(), text(l, "currency"))),
        Column.of("currency", "currency"),
        Column.of("state", "state"));
  }
}
