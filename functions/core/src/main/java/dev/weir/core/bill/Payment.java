package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;

/**
 * Money for one invoice, from asked for to come in, and perhaps given back. Amounts are 10⁻⁶ of the
 * currency's minor unit.
 *
 * @param id the caller's; the same is asked for once
 * @param number of the invoice
 * @param provider who moves the money
 * @param reference the provider's own name for it; empty until it has one
 * @param refundedMicros what was given back of it
 * @param dispute the event that began the dispute in progress; empty where there is none
 */
public record Payment(
    String id,
    String issuer,
    long number,
    String agreementId,
    String channelId,
    String currency,
    long micros,
    String provider,
    State state,
    String reference,
    long refundedMicros,
    String dispute,
    Instant requestedAt,
    Instant changedAt) {

  /** Where it stands. */
  public enum State {
    /** The payer was asked. */
    REQUESTED,
    /** It is on its way, and may still fail. */
    PENDING,
    /** It came in; a part may have been given back. */
    CLEARED,
    /** All of it was given back. */
    REFUNDED,
    /** The payer's bank holds it. */
    DISPUTED,
    /** It did not come in. */
    FAILED
  }

  public Payment {
    if (micros <= 0) {
      throw new ProblemException(Problem.invalid("payment " + micros + " <= 0"));
    }
  }

  /** What came in and was not given back. */
  @JsonIgnore
  public long leftMicros() {
    return micros - refundedMicros;
  }

  Payment is(State next, Instant at) {
    return with(next, reference, refundedMicros, dispute, at);
  }

  Payment referred(String newReference) {
    return with(state, newReference, refundedMicros, dispute, changedAt);
  }

  Payment pending(String newReference, Instant at) {
    return with(State.PENDING, newReference, refundedMicros, dispute, at);
  }

  Payment refunded(long more, Instant at) {
    long all = Math.addExact(refundedMicros, more);
    return with(all == micros ? State.REFUNDED : State.CLEARED, reference, all, "", at);
  }

  Payment disputed(String eventId, Instant at) {
    return with(State.DISPUTED, reference, refundedMicros, eventId, at);
  }

  Payment disputeWon(Instant at) {
    return with(State.CLEARED, reference, refundedMicros, "", at);
  }

  private Payment with(
      State newState, String newReference, long newRefunded, String newDispute, Instant at) {
    return new Payment(
        id,
        issuer,
        number,
        agreementId,
        channelId,
        currency,
        micros,
        provider,
        newState,
        newReference,
        newRefunded,
        newDispute,
        requestedAt,
        at);
  }
}
