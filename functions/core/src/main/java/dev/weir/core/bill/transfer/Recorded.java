package dev.weir.core.bill.transfer;

import java.time.Instant;
import java.util.Optional;

/**
 * A transfer as it was done. Never changes.
 *
 * @param transfer with the amount that was moved, and what a post or void took from what it ended
 * @param at when
 */
public record Recorded(Transfer transfer, Instant at) {

  /** Where a pending transfer stands. */
  public enum Phase {
    PENDING,
    POSTED,
    VOIDED,
    EXPIRED
  }

  /** When it is void by itself. */
  Optional<Instant> expires() {
    return transfer.timeoutSeconds() == 0
        ? Optional.empty()
        : Optional.of(at.plusSeconds(transfer.timeoutSeconds()));
  }
}
