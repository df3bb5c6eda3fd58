package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Walks from an amount to the calls and adds them up again. */
@Command(
    name = "explain",
    description = {
      "Walks from an amount to the calls behind it and adds them up again.",
      "Exit code 5 where the sum differs. Without a line: lists the lines.",
      "With --call: walks from a call to every amount that it is part of."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir explain --channel slack-emea",
      "  weir explain 01jd8…",
      "  weir explain --call 01jd9… --from 2026-11-20T00:00:00Z"
    })
final class ExplainCommand extends ApiCommand {

  @Parameters(paramLabel = "LINE", arity = "0..1", description = "A rated line.")
  @Nullable String line;

  @Option(names = "--channel", description = "Only this channel's lines.")
  @Nullable String channel;

  @Option(names = "--call", paramLabel = "CALL", description = "A call's id, or a fact's key.")
  @Nullable String call;

  @Option(names = "--from", description = "First hour to search (default: a week back).")
  @Nullable Instant from;

  @Option(names = "--to", description = "Last hour to search, exclusive (default: now).")
  @Nullable Instant to;

  @Override
  public Integer call() {
    if (call != null) {
      return show(api().get(callPath(call)), ExplainCommand::steps);
    }
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

  private String callPath(String id) {
    return "/control/v1/calls/"
        + Api.encode(id)
        + "/explanation"
        + Query.of("from", from).and("to", to);
  }

  private static String steps(JsonNode found) {
    StringBuilder walk = new StringBuilder();
    for (JsonNode step : found.path("items")) {
      JsonNode fact = step.path("fact");
      JsonNode line = step.path("line");
      walk.append(
          "%s %s at %s%n".formatted(text(fact, "quantity"), text(fact, "meter"), text(fact, "at")));
      walk.append("  hour %s%s%n".formatted(text(step, "hour"), sealed(step.path("sealed"))));
      if (line.isObject()) {
        walk.append("  line %s: %s%n".formatted(text(line, "id"), Money.of(line, "amountMicros")));
      }
      for (JsonNode leg : step.path("transaction").path("legs")) {
        boolean debit = leg.path("debitMicros").asLong() > 0;
        walk.append(
            "    %s %s %s%n"
                .formatted(
                    debit ? "debit" : "credit",
                    text(leg, "account"),
                    Money.exact(
                        leg.path(debit ? "debitMicros" : "creditMicros").asLong(),
                        text(step.path("transaction"), "currency"))));
      }
      if (step.path("invoice").isObject()) {
        walk.append(
            "  invoice %s, row %s%n"
                .formatted(
                    text(step.path("invoice"), "number"), text(step.path("invoice"), "row")));
      }
      for (JsonNode report : step.path("reports")) {
        walk.append("  report line %s: %s%n".formatted(text(report, "id"), text(report, "state")));
      }
      if (step.path("settlement").isObject()) {
        walk.append(
            "  settlement of %s for %s%n"
                .formatted(
                    text(step.path("settlement"), "partner"),
                    text(step.path("settlement"), "month")));
      }
    }
    return walk.toString();
  }

  private static String sealed(JsonNode sealed) {
    return sealed.isObject()
        ? ", sealed with %s in %s facts".formatted(text(sealed, "quantity"), text(sealed, "count"))
        : ", not sealed yet";
  }

  private int listLines() {
    return list(
        "/control/v1/lines" + Query.of("limit", 1000).and("channel", channel),
        "no lines yet: an hour is rated once it is sealed",
        Column.of("line", "id"),
        Column.of("channel", "channelId"),
        Column.of("meter", "meter"),
        Column.of("hour", "hour"),
        Column.number("quantity", "quantity"),
        Column.money("amount", "amountMicros"));
  }
}
