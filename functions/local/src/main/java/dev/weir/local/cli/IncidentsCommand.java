package dev.weir.local.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What went wrong and was noted. */
@Command(
    name = "incidents",
    description = "What went wrong and was noted, until a person has settled it.",
    subcommands = {
      IncidentsCommand.Many.class,
      IncidentsCommand.Resolve.class,
      IncidentsCommand.Replay.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir incidents list",
      "  weir incidents resolve INCIDENT --how 'credited by hand, note 17'",
      "  weir incidents replay INCIDENT     counts facts that were refused, each once; what a"
          + " market",
      "                                     did not take goes with the next report"
    })
final class IncidentsCommand extends Group {

  @Command(name = "list", description = "All incidents, settled ones too.")
  static final class Many extends ApiCommand {
    @Override
    public Integer call() {
      return list(
          "/control/v1/incidents",
          "no incidents",
          Column.of("incident", "id"),
          Column.of("kind", "kind"),
          Column.of("at", "at"),
          Column.of("", i -> i.has("resolvedAt") ? "settled" : "OPEN"),
          Column.of("detail", "detail"));
    }
  }

  @Command(name = "resolve", description = "Notes how it was settled.")
  static final class Resolve extends ApiCommand {
    @Parameters(paramLabel = "INCIDENT", description = "Its id: weir incidents list.")
    String id = "";

    @Option(names = "--how", required = true, description = "What was done, for the record.")
    String how = "";

    @Override
    public Integer call() {
      return show(
          api()
              .post(
                  "/control/v1/incidents/" + Api.encode(id) + "/resolve",
                  Map.of("resolution", how)),
          i -> "incident " + id + " is settled: " + text(i, "resolution"));
    }
  }

  @Command(
      name = "replay",
      description = {
        "Counts facts that were refused, each once, when the reason is gone.",
        "Puts what a market did not take of an hour (EXPIRED_REPORT, NOT_SUBSCRIBED,",
        "REJECTED_REPORT) into the agreement's next report, once."
      })
  static final class Replay extends ApiCommand {
    @Parameters(paramLabel = "INCIDENT", description = "Its id: weir incidents list.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/incidents/" + Api.encode(id) + "/replay", Map.of()),
          i -> "incident " + id + " is settled: " + text(i, "resolution"));
    }
  }
}
