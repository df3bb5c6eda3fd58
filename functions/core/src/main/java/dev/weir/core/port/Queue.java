package dev.weir.core.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One named queue. At least once. Within a group messages come in order and at most one is in
 * flight; an empty group means no order.
 */
public interface Queue {

  /** The largest body, in bytes of UTF-8. */
  int BODY_MAX_BYTES = 256 << 10;

  /** The most messages of one receive. */
  int RECEIVE_MAX = 10;

  /** The longest delay of a message. */
  Duration DELAY_MAX = Duration.ofMinutes(15);

  /**
   * Stores a message durably.
   *
   * @param group order and exclusion, or empty
   * @param delay before it can be received, at most {@link #DELAY_MAX}; must be zero with a group
   */
  void send(String group, String body, Duration delay);

  /** Up to {@code max} messages, hidden from others for {@code visibility}. Does not wait. */
  List<Received> receive(int max, Duration visibility);

  /** Removes a received message for good. */
  void acknowledge(String receipt);

  /** Makes a received message visible again after {@code delay}. */
  void release(String receipt, Duration delay);

  /** Messages that were received {@code maxReceives} times and never acknowledged. */
  List<Received> deadLetters(int max);

  /** Puts a dead letter back. */
  void replay(String id);

  /** Visible, in flight and dead messages. */
  Depth depth();

  /** A received message; {@code receives} counts this one. */
  record Received(
      String id,
      String receipt,
      String group,
      String body,
      int receives,
      Map<String, String> meta) {
    public Received {
      meta = Map.copyOf(meta);
    }
  }

  /** How full the queue is; {@code oldestAgeMs} of the visible ones. */
  record Depth(long visible, long inFlight, long dead, long oldestAgeMs) {}
}
