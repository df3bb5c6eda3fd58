package dev.weir.spi;

import java.util.Map;

/** Brings an answer to where it was asked. */
public interface Delivery {

  /**
   * Delivers one reply.
   *
   * @param key the idempotency key: two calls with one key must have one effect on the other side
   */
  Receipt deliver(Binding binding, Reply reply, String key);

  /**
   * An answer.
   *
   * @param callId Weir's id of the call, for feedback that comes back
   * @param conversation as the message had it
   * @param attributes as the message had them
   */
  record Reply(String callId, String conversation, String text, Map<String, String> attributes) {
    public Reply {
      attributes = Map.copyOf(attributes);
    }
  }
}
