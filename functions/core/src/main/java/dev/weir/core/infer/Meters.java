package dev.weir.core.infer;

import dev.weir.core.catalog.Meter;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The facts of a call that has a row. They hold ids, numbers and times, nothing that was said. */
final class Meters {

  static final String INPUT_TOKENS = "input_tokens";
  static final String OUTPUT_TOKENS = "output_tokens";

  private final Facts facts;

  Meters(Ports ports) {
    this.facts = new Facts(ports);
  }

  /** One call on Weir's own replica. */
  List<Write> own(String agreementId, String channelId, String callId, long computeUs, Instant at) {
    return writes(
        new Usage(agreementId, channelId, Meter.CALLS.id(), 1, at, callId),
        new Usage(agreementId, channelId, Meter.COMPUTE.id(), computeUs, at, callId));
  }

  /** One call on a remote endpoint. */
  List<Write> remote(
      String agreementId, String channelId, String callId, Tokens tokens, Instant at) {
    return writes(
        new Usage(agreementId, channelId, Meter.CALLS.id(), 1, at, callId),
        new Usage(agreementId, channelId, INPUT_TOKENS, tokens.input(), at, callId),
        new Usage(agreementId, channelId, OUTPUT_TOKENS, tokens.output(), at, callId));
  }

  /** The same for limits. */
  static Map<String, Long> used(Tokens tokens) {
    return Map.of(
        Meter.CALLS.id(), 1L, INPUT_TOKENS, tokens.input(), OUTPUT_TOKENS, tokens.output());
  }

  private List<Write> writes(Usage... usages) {
    return facts.writes(Arrays.stream(usages).map(UsageFact::ofCall).toList());
  }
}
