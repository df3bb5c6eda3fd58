package dev.weir.core.notice;

import java.time.Instant;

/**
 * How telling one target of one notice stands.
 *
 * @param attempts made
 * @param detail what the last one met
 */
public record Delivery(
    String noticeId, String targetId, State state, int attempts, Instant at, String detail) {

  /** How often a target is tried; the last time some 4 hours after the first. */
  public static final int ATTEMPTS_MAX = 9;

  /** Whether it is over. */
  public enum State {
    PENDING,
    DELIVERED,
    /** Given up. */
    FAILED
  }

  static Delivery pending(String noticeId, String targetId, Instant at) {
    return new Delivery(noticeId, targetId, State.PENDING, 0, at, "");
  }

  /** Once more from the beginning; what the last attempt met stays until the next. */
  Delivery again(Instant when) {
    return new Delivery(noticeId, targetId, State.PENDING, 0, when, detail);
  }

  Delivery delivered(Instant when, String met) {
    return new Delivery(noticeId, targetId, State.DELIVERED, attempts + 1, when, met);
  }

  /** Tried in vain; given up after {@link #ATTEMPTS_MAX}, or where it will never work. */
  Delivery failed(Instant when, String met, boolean forGood) {
    State next = forGood || attempts + 1 >= ATTEMPTS_MAX ? State.FAILED : State.PENDING;
    return new Delivery(noticeId, targetId, next, attempts + 1, when, met);
  }
}
