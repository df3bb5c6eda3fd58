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
    return TextTable.of(
            proof.path("rows"),
            Column.of("channel", "channelId"),
            Column.of("meter", "meter"),
            Column.number("facts", "facts"),
            Column.number("sealed", "sealed"),
            Column.number("billed", "billed"),
            Column.number("included", "included"),
            Column.number("acknowledged", "acknowledged"),
            Column.of("by", "acknowledgedBy"),
            Column.of("", ProofCommand::state))
        .toString();
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
