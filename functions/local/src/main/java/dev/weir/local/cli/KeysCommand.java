package dev.weir.local.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Customers' API keys. */
@Command(
    name = "keys",
    description = "Customers' API keys: shown once, kept as hashes.",
    subcommands = {
      KeysCommand.Issue.class,
      KeysCommand.Many.class,
      KeysCommand.Revoke.class,
      KeysCommand.Rotate.class
    },
    footerHeading = "%nExample:%n",
    footer = "  weir keys issue AGREEMENT --label production")
final class KeysCommand extends Group {

  @Command(name = "issue", description = "A new key; it is shown this once.")
  static final class Issue extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Whose: weir customers agreements.")
    String agreement = "";

    @Option(
        names = "--label",
        defaultValue = "default",
        description = "What it is for (default: ${DEFAULT-VALUE}).")
    String label = "default";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/keys", Map.of("agreementId", agreement, "label", label)),
          k -> text(k, "key"));
    }
  }

  @Command(name = "list", description = "An agreement's keys, without the secrets.")
  static final class Many extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Whose: weir customers agreements.")
    String agreement = "";

    @Override
    public Integer call() {
      return list(
          "/control/v1/keys?agreement=" + Api.encode(agreement),
          "no keys yet: weir keys issue " + agreement,
          Column.of("key", "id"),
          Column.of("label", "label"),
          Column.of("begins", "prefix"),
          Column.of("since", "createdAt"),
          Column.of("revoked", "revokedAt"));
    }
  }

  @Command(name = "revoke", description = "Ends a key at once.")
  static final class Revoke extends ApiCommand {
    @Parameters(paramLabel = "KEY", description = "Its id: weir keys list AGREEMENT.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/keys/" + Api.encode(id) + "/revoke", Map.of()),
          k -> "key " + id + " is revoked");
    }
  }

  @Command(name = "rotate", description = "A new secret; the old one works on for a while.")
  static final class Rotate extends ApiCommand {
    @Parameters(paramLabel = "KEY", description = "Its id: weir keys list AGREEMENT.")
    String id = "";

    @Override
    public Integer call() {
      return show(
          api().post("/control/v1/keys/" + Api.encode(id) + "/rotate", Map.of()),
          k ->
              "%s%nthe old one works until %s".formatted(text(k, "key"), text(k, "oldValidUntil")));
    }
  }
}
