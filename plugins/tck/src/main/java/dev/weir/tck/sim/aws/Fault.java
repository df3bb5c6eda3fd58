package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.SimRefusal;
import java.util.Locale;

/**
 * What is to go wrong with the next requests of one operation.
 *
 * @param skip how many requests of the operation go well before
 * @param count how many records stay unprocessed, where that is the fault
 * @param holdMs how long an answer is held back, where that is the fault
 */
record Fault(Kind kind, String operation, int skip, int count, long holdMs) {

  enum Kind {
    /** ThrottlingException; nothing is taken. */
    THROTTLE,
    /** InternalServiceErrorException; nothing is taken. */
    INTERNAL,
    /** DisabledApiException; nothing is taken. */
    DISABLED,
    /** The connection ends without an answer; nothing is taken. */
    DROP_BEFORE,
    /** Everything is taken, then the connection ends without an answer. */
    DROP_AFTER,
    /** Everything is taken, the answer comes after {@code holdMs}. */
    HANG_AFTER,
    /** The first {@code count} records are handed back as unprocessed. */
    UNPROCESSED,
    /** Everything is taken; the answer is not JSON. */
    GARBAGE
  }

  Fault later() {
    return new Fault(kind, operation, skip - 1, count, holdMs);
  }

  static Fault read(JsonNode node) {
    try {
      return new Fault(
          Kind.valueOf(node.path("kind").asText().replace('-', '_').toUpperCase(Locale.ROOT)),
          node.path("operation").asText("BatchMeterUsage"),
          node.path("skip").asInt(0),
          node.path("count").asInt(1),
          node.path("holdMs").asLong(1000));
    } catch (IllegalArgumentException e) {
      throw new SimRefusal(400, "unknown fault " + node.path("kind"));
    }
  }
}
