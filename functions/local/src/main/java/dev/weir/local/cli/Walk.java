package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** The walk from an amount to its calls, for people. */
public final class Walk {

  private Walk() {}

  /** The explanation's own sentences, one a line, each a step further down. */
  public static String of(JsonNode explanation) {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    String indent = "";
    for (JsonNode step : explanation.path("walk")) {
      lines.add(indent + TextTable.printable(step.asText()));
      indent += "  ";
    }
    return lines.toString();
  }
}
