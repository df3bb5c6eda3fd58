package dev.weir.core.bill;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One line of a report: a billing channel takes one per agreement, meter and hour. It is made when
 * the hour is rated, and its quantity never changes.
 *
 * @param id sorts by hour; the other side's idempotency key
 * @param bindingId the billing channel's name for the agreement
 * @param parts the rated lines that it reports
 * @param attempt how often it was, or may have been, sent
 * @param notBefore when it is sent next
 * @param reason what the other side said
 */
public record ReportLine(
    String id,
    String channelId,
    String agreementId,
    String bindingId,
    String meter,
    Instant hour,
    long quantity,
    int scale,
    List<Part> parts,
    State state,
    int attempt,
    Optional<Instant> notBefore,
    String reason) {

  /** The quantity of a rated line that a report line holds. */
  public record Part(String lineId, long quantity) {}

  /** From sealed to its end. While facts come in, an hour is open and has no line. */
  public enum State {
    SEALED,
    SENT,
    ACCEPTED,
    DUPLICATE_SAME,
    DUPLICATE_DIFFERENT,
    NOT_SUBSCRIBED,
    EXPIRED,
    REJECTED;

    /** Whether the other side has the quantity. */
    public boolean accepted() {
      return this == ACCEPTED || this == DUPLICATE_SAME;
    }

    boolean ended() {
      return this != SEALED && this != SENT;
    }
  }

  public ReportLine {
    parts = List.copyOf(parts);
  }

  /** The same under its id. */
  ReportLine named(String newId) {
    return new ReportLine(
        newId,
        channelId,
        agreementId,
        bindingId,
        meter,
        hour,
        quantity,
        scale,
        parts,
        state,
        attempt,
        notBefore,
        reason);
  }

  ReportLine sent(Instant again) {
    return copy(State.SENT, attempt + 1, Optional.of(again), reason);
  }

  ReportLine is(State next, String why) {
    return copy(next, attempt, Optional.empty(), why);
  }

  /** To be sent again: what was sent may or may not be known to the other side. */
  ReportLine again(Instant at, String why) {
    return copy(State.SENT, attempt, Optional.of(at), why);
  }

  private ReportLine copy(
      State newState, int newAttempt, Optional<Instant> newNotBefore, String newReason) {
    return new ReportLine(
        id,
        channelId,
        agreementId,
        bindingId,
        meter,
        hour,
        quantity,
        scale,
        parts,
        newState,
        newAttempt,
        newNotBefore,
        newReason);
  }
}
