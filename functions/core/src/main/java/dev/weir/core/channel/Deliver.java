package dev.weir.core.channel;

import java.util.Map;

/**
 * A reply to be delivered: the body of {@code deliver-<channel>}. Group: the conversation.
 *
 * @param answered whether the model answered with confidence
 * @param firstAnswer whether this is the first confident answer of its conversation
 * @param notice whether the words are ours, because there is no answer; such are not counted
 * @param key the idempotency key: two deliveries with one key have one effect
 */
public record Deliver(
    String callId,
    String bindingId,
    String conversation,
    String text,
    Map<String, String> attributes,
    boolean answered,
    boolean firstAnswer,
    long inputTokens,
    long outputTokens,
    boolean notice,
    String key) {

  public Deliver {
    attributes = Map.copyOf(attributes);
  }
}
