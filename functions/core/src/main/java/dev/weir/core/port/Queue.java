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

  /** The longest group, in bytes of UTF-8. */
  int GROUP_MAX_BYTES = 512;

  /** How often a message is received before it becomes a dead letter. */
  int RECEIVES_MAX = 10;

  /** The longest time that a message can be hidden. */
  Duration VISIBILITY_MAX = Duration.ofHours(12);

  /** The longest delay of a message. */
  Duration DELAY_MAX = Duration.ofMinutes(15);

  /**
   * Stores a message durably.
   *
   * @param group order and exclusion, or empty
   * @param delay before it can be received, at most {@link #DELAY_MAX}; must be zero with a group
   */
  void send(String group, String body, Duration delay);

  /**
   * Up to {@code max} messages, hidden from others for {@code visibility}; at most one of a group.
   * Does not wait.
   */
  List<Received> receive(int max, Duration visibility);

  /**
   * Removes a received message for good. Nothing happens where it was received again since, or is
   * gone.
   */
  void acknowledge(String receipt);

  /**
   * Makes a received message visible again after {@code delay}, at most {@link #VISIBILITY_MAX};
   * its group waits for it. Nothing happens where it was received again since, or is gone.
   */
  void release(String receipt, Duration delay);

  /**
   * Up to {@code max} messages, oldest first, that were received {@link #RECEIVES_MAX} times and
   * are visible again; nobody receives them any more, and they hold up nothing.
   */
  List<Received> deadLetters(int max);

  /** Puts a dead letter back, at the end, as if it had never been received. */
  void replay(String id);

  /** Visible, in flight and dead messages. */
  Depth depth();

  /** A received message; {@code receives} counts this one. The receipt is of this receive only. */
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

  /**
   * How full the queue is.
   *
   * @param visible what could be received, though its group may have to wait
   * @param inFlight what is hidden for now: received, released with a delay, or sent with one
   * @param oldestAgeMs since the oldest visible one was sent; 0 where there is none
   */
  record Depth(long visible, long inFlight, long dead, long oldestAgeMs) {}
}
