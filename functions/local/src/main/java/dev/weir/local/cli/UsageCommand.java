package dev.weir.local.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What was used, by hour. */
@Command(
    name = "usage",
    description = "What was used, by hour, channel and meter.",
    footerHeading = "%nExample:%n",
    footer = "  weir usage --channel slack-emea --from 2026-11-01T00:00:00Z")
final class UsageCommand extends ApiCommand {

  @Option(names = "--channel")
  @Nullable String channel;

  @Option(names = "--agreement")
  @Nullable String agreement;

  @Option(names = "--meter")
  @Nullable String meter;

  @Option(names = "--from", description = "First hour, inclusive.")
  @Nullable Instant from;

  @Option(names = "--to", description = "Last hour, exclusive.")
  @Nullable Instant to;

  @Override
  public Integer call() {
    Query query =
        Query.of("channel", channel)
            .and("agreement", agreement)
            .and("meter", meter)
            .and("from", from)
            .and("to", to);
    return list(
        "/control/v1/usage" + query,
        "no usage in these hours",
        Column.of("hour", "hour"),
        Column.of("channel", "channelId"),
        Column.of("agreement", "agreementId"),
        Column.of("meter", "meter"),
        Column.number("quantity", "quantity"),
        Column.of("", u -> u.path("sealed").asBoolean() ? "sealed" : "open"));
  }
}
