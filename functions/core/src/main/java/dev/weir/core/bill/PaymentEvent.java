package dev.weir.core.bill;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;

/**
 * What a provider says of a payment. The same id says the same once; at is when it happened there.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PaymentEvent.Pending.class, name = "pending"),
  @JsonSubTypes.Type(value = PaymentEvent.Cleared.class, name = "cleared"),
  @JsonSubTypes.Type(value = PaymentEvent.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = PaymentEvent.Refunded.class, name = "refunded"),
  @JsonSubTypes.Type(value = PaymentEvent.Disputed.class, name = "disputed"),
  @JsonSubTypes.Type(value = PaymentEvent.DisputeWon.class, name = "dispute-won"),
  @JsonSubTypes.Type(value = PaymentEvent.DisputeLost.class, name = "dispute-lost")
})
public sealed interface PaymentEvent {

  String id();

  Instant at();

  /** It is on its way. */
  record Pending(String id, Instant at, String reference) implements PaymentEvent {}

  /** It came in. */
  record Cleared(String id, Instant at) implements PaymentEvent {}

  /** It will not come in. */
  record Failed(String id, Instant at, String reason) implements PaymentEvent {}

  /** A part or all of it was given back; of the currency's minor unit, 10⁻⁶. */
  record Refunded(String id, Instant at, long micros) implements PaymentEvent {
    public Refunded {
      if (micros <= 0) {
        throw new ProblemException(Problem.invalid("refund " + micros + " <= 0"));
      }
    }
  }

  /** The payer's bank took back what is left of it, until it is decided. */
  record Disputed(String id, Instant at, String reason) implements PaymentEvent {}

  record DisputeWon(String id, Instant at) implements PaymentEvent {}

  record DisputeLost(String id, Instant at) implements PaymentEvent {}
}
