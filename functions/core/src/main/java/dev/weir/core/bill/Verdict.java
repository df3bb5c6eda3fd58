package dev.weir.core.bill;

import dev.weir.core.channel.LineAck;
import dev.weir.core.meter.Incident;
import java.util.Optional;

/**
 * What an acknowledgement means for a line that was sent.
 *
 * @param alarm what a person must look at
 * @param again whether the same line is sent again
 */
record Verdict(
    ReportLine.State state, String reason, Optional<Incident.Kind> alarm, boolean again) {

  /**
   * Judges by our own record of attempts. A duplicate after an attempt whose outcome was unknown is
   * our own earlier send: accepted. On a first attempt somebody else reported that hour.
   *
   * @param attempt how often the line was, or may have been, sent when this was the answer
   */
  static Verdict of(LineAck ack, int attempt) {
    return switch (ack) {
      case LineAck.Accepted accepted -> end(ReportLine.State.ACCEPTED, accepted.remoteId());
      case LineAck.Duplicate duplicate ->
          switch (duplicate.sameQuantity()) {
            case SAME ->
                attempt > 1
                    ? end(ReportLine.State.DUPLICATE_SAME, "")
                    : alarm(
                        ReportLine.State.DUPLICATE_SAME,
                        "a record of the same quantity was there before the first attempt",
                        Incident.Kind.DUPLICATE_REPORT);
            case UNKNOWN ->
                attempt > 1
                    ? end(ReportLine.State.DUPLICATE_SAME, "after attempt " + (attempt - 1))
                    : alarm(
                        ReportLine.State.DUPLICATE_DIFFERENT,
                        "a record was there before the first attempt",
                        Incident.Kind.DUPLICATE_REPORT);
            case DIFFERENT ->
                alarm(
                    ReportLine.State.DUPLICATE_DIFFERENT,
                    "the record there has another quantity",
                    Incident.Kind.DUPLICATE_REPORT);
          };
      case LineAck.Rejected rejected -> rejected(rejected);
    };
  }

  private static Verdict rejected(LineAck.Rejected rejected) {
    String reason = rejected.code() + ": " + rejected.reason();
    if (rejected.retryable()) {
      return new Verdict(ReportLine.State.SENT, reason, Optional.empty(), true);
    }
    return switch (rejected.code()) {
      case "NOT_SUBSCRIBED" ->
          alarm(ReportLine.State.NOT_SUBSCRIBED, reason, Incident.Kind.NOT_SUBSCRIBED);
      case "EXPIRED" -> alarm(ReportLine.State.EXPIRED, reason, Incident.Kind.EXPIRED_REPORT);
      default -> alarm(ReportLine.State.REJECTED, reason, Incident.Kind.REJECTED_REPORT);
    };
  }

  private static Verdict end(ReportLine.State state, String reason) {
    return new Verdict(state, reason, Optional.empty(), false);
  }

  private static Verdict alarm(ReportLine.State state, String reason, Incident.Kind kind) {
    return new Verdict(state, reason, Optional.of(kind), false);
  }
}
