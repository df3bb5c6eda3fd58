package dev.weir.core.account;

import java.time.Instant;

/**
 * What holds for an agreement from a moment on, until its next term begins.
 *
 * @param planId also of a pause and an end: the plan before it
 */
public record Term(Instant from, Kind kind, String planId, int priceVersion) {

  /** Whether calls are answered and subscriptions paid. */
  public enum Kind {
    ACTIVE,
    PAUSED,
    ENDED
  }

  Agreement.State state() {
    return switch (kind) {
      case ACTIVE -> Agreement.State.ACTIVE;
      case PAUSED -> Agreement.State.PAUSED;
      case ENDED -> Agreement.State.ENDED;
    };
  }
}
