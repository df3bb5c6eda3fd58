package dev.weir.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reports sealed hours to the other side. */
public interface Reporting {

  /**
   * Reports lines. The host has stored each as sent before, keeps to the limits of the manifest
   * (batch, window, grouping, rate, zero, integer), and sends a line unchanged as often as needed.
   *
   * @return exactly one ack per line, in any order
   * @throws ChannelException where nothing is known of any line; {@link ErrorType#PARTNER} and
   *     {@link ErrorType#LIMIT} are retried
   */
  List<Ack> report(List<SealedLine> lines);

  /**
   * The last lines of bindings that have ended, while the other side still takes them; else as
   * {@link #report}. It is called for every line of such a binding, as often as needed.
   *
   * @param deadline the earliest end of the bindings' final windows: {@code Cancelled.flushBy}, or
   *     the manifest's final window after the end
   */
  default List<Ack> finalFlush(List<SealedLine> lines, Instant deadline) {
    return report(lines);
  }

  /**
   * What the other side has on record for hours from {@code from} to before {@code to}; empty where
   * it has no way to ask. The host asks before it sends lines again whose outcome it does not know,
   * and where an ack leaves a duplicate's quantity unknown. Of what is answered, binding, meter,
   * hour and quantity count; records of one hour are added up.
   */
  default Optional<List<SealedLine>> readBack(Instant from, Instant to) {
    return Optional.empty();
  }

  /**
   * An answer to a market that polls for costs; empty where this channel is not polled. Host 1.0
   * does not call it: no channel of Weir is polled, so no route leads here yet.
   */
  default Optional<RawResponse> answer(RawRequest pull) {
    return Optional.empty();
  }

  /**
   * One sealed hour of one meter of one binding. Never changes.
   *
   * @param id Weir's id of the line, stable for ever; the idempotency key
   * @param meter as the manifest names it; also the other side's dimension unless a setting maps it
   * @param hour the hour's start, UTC; the timestamp to send
   * @param quantity in units of 10⁻ˢ, s = {@code scale}
   * @param attempt 1 on the first send; higher where an earlier attempt's outcome is unknown
   */
  record SealedLine(
      String id,
      Binding binding,
      String meter,
      Instant hour,
      long quantity,
      int scale,
      int attempt) {}
}
