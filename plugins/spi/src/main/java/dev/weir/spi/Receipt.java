package dev.weir.spi;

import java.time.Instant;

/** What became of something sent. */
public sealed interface Receipt {

  /** It is there. {@code remoteId} is the other side's id, or empty. */
  record Sent(String remoteId) implements Receipt {}

  /** Not now: the other side throttles or is down; try again at or after {@code until}. */
  record Deferred(Instant until, String reason) implements Receipt {}

  /** Never: the host does not retry. */
  record Rejected(ErrorCode code, String reason) implements Receipt {}
}
