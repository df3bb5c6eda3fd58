package dev.weir.core.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened on a channel, as its host stored it. The first seven come from the other
 * side; {@link Delivered}, {@link Reported} and {@link Settled} say what became of our own work.
 *
 * <p>The dedupe key is unique within the channel: {@code in:} and the other side's id, {@code
 * onboard:} and the onboarding's nonce, {@code delivered:}, {@code reported:} or {@code settled:}
 * and our own key.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ChannelEvent.Message.class, name = "message"),
  @JsonSubTypes.Type(value = ChannelEvent.Onboard.class, name = "onboard"),
  @JsonSubTypes.Type(value = ChannelEvent.EntitlementChanged.class, name = "entitlement-changed"),
  @JsonSubTypes.Type(value = ChannelEvent.Cancelled.class, name = "cancelled"),
  @JsonSubTypes.Type(value = ChannelEvent.Feedback.class, name = "feedback"),
  @JsonSubTypes.Type(value = ChannelEvent.Erasure.class, name = "erasure"),
  @JsonSubTypes.Type(value = ChannelEvent.Delivered.class, name = "delivered"),
  @JsonSubTypes.Type(value = ChannelEvent.Reported.class, name = "reported"),
  @JsonSubTypes.Type(value = ChannelEvent.Settled.class, name = "settled")
})
public sealed interface ChannelEvent {

  String channelId();

  String dedupeKey();

  Instant at();

  /**
   * A person wrote.
   *
   * @param text at most {@link Events#TEXT_MAX_CHARS} characters; a longer one was cut and {@code
   *     attributes} says {@code cut=true}
   * @param attributes what delivery needs again
   */
  record Message(
      String channelId,
      String dedupeKey,
      Instant at,
      String bindingId,
      String conversation,
      String user,
      String text,
      Map<String, String> attributes)
      implements ChannelEvent {
    public Message {
      attributes = Map.copyOf(attributes);
    }
  }

  /**
   * A customer came in; the secrets are sealed already.
   *
   * @param claimSha256 of the code that the applicant holds and may exchange for an API key
   */
  record Onboard(
      String channelId,
      String dedupeKey,
      Instant at,
      String bindingId,
      String displayName,
      List<String> aliases,
      Map<String, String> attributes,
      Optional<String> claimSha256)
      implements ChannelEvent {
    public Onboard {
      aliases = List.copyOf(aliases);
      attributes = Map.copyOf(attributes);
    }
  }

  /** What was bought has changed. */
  record EntitlementChanged(
      String channelId, String dedupeKey, Instant at, String bindingId, Map<String, String> detail)
      implements ChannelEvent {
    public EntitlementChanged {
      detail = Map.copyOf(detail);
    }
  }

  /** The relation ended; usage may be reported until {@code flushBy}, where that is limited. */
  record Cancelled(
      String channelId, String dedupeKey, Instant at, String bindingId, Optional<Instant> flushBy)
      implements ChannelEvent {}

  /** A person judged an answer: −1, 0 or 1. */
  record Feedback(
      String channelId,
      String dedupeKey,
      Instant at,
      String bindingId,
      String callId,
      int rating,
      String comment)
      implements ChannelEvent {}

  /** A person, or a whole binding where {@code user} is empty, must be forgotten. */
  record Erasure(String channelId, String dedupeKey, Instant at, String bindingId, String user)
      implements ChannelEvent {}

  /**
   * A reply's delivery ended.
   *
   * @param quantities of the channel's meters, to become facts; empty where it was rejected
   */
  record Delivered(
      String channelId,
      String dedupeKey,
      Instant at,
      String bindingId,
      String callId,
      Receipt receipt,
      Map<String, Long> quantities)
      implements ChannelEvent {
    public Delivered {
      quantities = Map.copyOf(quantities);
    }
  }

  /**
   * What the other side said to lines that were reported: exactly one ack per line sent.
   *
   * @param attempt which call these answer, 1 for the first: the task's attempt, and one more for
   *     every earlier receipt of its message, whose outcome nobody knows
   */
  record Reported(String channelId, String dedupeKey, Instant at, List<LineAck> acks, int attempt)
      implements ChannelEvent {
    public Reported {
      acks = List.copyOf(acks);
    }
  }

  /** What the other side said to a settlement statement. */
  record Settled(
      String channelId, String dedupeKey, Instant at, String statementId, Receipt receipt)
      implements ChannelEvent {}
}
