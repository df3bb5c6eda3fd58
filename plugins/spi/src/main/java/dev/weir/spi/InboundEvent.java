package dev.weir.spi;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened on the other side. {@code dedupeKey} is the other side's own id for it:
 * redelivery must carry the same key.
 */
public sealed interface InboundEvent {

  String dedupeKey();

  Instant at();

  /** The external identity ({@link Binding#id()}) that it concerns, or an alias of it. */
  String bindingId();

  /**
   * A person wrote.
   *
   * @param conversation where an answer belongs (a channel and thread), at most 256 characters
   * @param user the channel's id of the person
   * @param attributes what delivery needs again
   */
  record Message(
      String dedupeKey,
      Instant at,
      String bindingId,
      String conversation,
      String user,
      String text,
      Map<String, String> attributes)
      implements InboundEvent {
    public Message {
      attributes = Map.copyOf(attributes);
    }
  }

  /** The other side installed or subscribed without a browser. */
  record Onboard(String dedupeKey, Instant at, Binding binding, Map<String, String> secrets)
      implements InboundEvent {
    public Onboard {
      secrets = Map.copyOf(secrets);
    }

    @Override
    public String bindingId() {
      return binding.id();
    }

    @Override
    public String toString() {
      return "Onboard[dedupeKey=" + dedupeKey + ", binding=" + binding + "]";
    }
  }

  /** What was bought has changed. Host 1.0 notes it and does nothing more. */
  record EntitlementChanged(
      String dedupeKey, Instant at, String bindingId, Map<String, String> detail)
      implements InboundEvent {
    public EntitlementChanged {
      detail = Map.copyOf(detail);
    }
  }

  /**
   * The relation ended.
   *
   * @param flushBy until when usage may still be reported, or {@link Instant#MIN} where it is not
   *     limited
   */
  record Cancelled(String dedupeKey, Instant at, String bindingId, Instant flushBy)
      implements InboundEvent {}

  /** A person judged an answer. {@code rating} is −1, 0 or 1. */
  record Feedback(
      String dedupeKey, Instant at, String bindingId, String callId, int rating, String comment)
      implements InboundEvent {}

  /** A person, or a whole binding where {@code user} is empty, must be forgotten. */
  record Erasure(String dedupeKey, Instant at, String bindingId, String user)
      implements InboundEvent {}
}
