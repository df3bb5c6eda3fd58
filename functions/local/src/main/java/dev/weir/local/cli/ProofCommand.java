package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** The sums that must be equal. */
@Command(
    name = "proof",
    description = {
      "Per channel and meter: done = sealed = billed + included = acknowledged.",
      "Exit code 5 where it does not hold. What is only early is \"open\": this hour's calls, what",
      "the other side has not answered, and a month of yours whose invoices are not due yet."
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
          state(row));
    }
    return table.toString();
  }

  private static String state(JsonNode row) {
    return switch (text(row, "state")) {
      case "EQUAL" -> "=";
      case "OPEN" -> {
        String until = text(row.path("open"), "until");
        yield until.isEmpty() ? "open" : "open until " + until.substring(0, 10);
      }
      default -> "DIFFERS";
    };
  }
}
