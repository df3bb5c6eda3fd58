package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** The sums that must be equal. */
@Command(
    name = "proof",
    description = {
      "Per channel and meter: done = sealed = billed + included = acknowledged.",
      "Exit code 5 where it does not hold. What you invoice yourself is acknowledged by the",
      "invoice, so it holds once the month's statements are issued."
    })
final class ProofCommand extends ApiCommand {

  @Override
  public Integer call() {
    JsonNode proof = api().get("/control/v1/proof");
    show(proof, ProofCommand::table);
    if (!proof.path("holds").asBoolean()) {
      throw Failure.doesNotHold("the proof does not hold");
    }
    return Exit.OK;
  }

  /** The proof as a table. */
  public static String table(JsonNode proof) {
    TextTable table =
        new TextTable(
            "llrrrrrll",
            "channel",
            "meter",
            "facts",
            "sealed",
            "billed",
            "included",
            "acknowledged",
            "by",
            "");
    for (JsonNode row : proof.path("rows")) {
      table.row(
          text(row, "channelId"),
          text(row, "meter"),
          text(row, "facts"),
          text(row, "sealed"),
          text(row, "billed"),
          text(row, "included"),
          text(row, "acknowledged"),
          text(row, "acknowledgedBy"),
          row.path("holds").asBoolean() ? "=" : "DIFFERS");
    }
    return table.toString();
  }
}
