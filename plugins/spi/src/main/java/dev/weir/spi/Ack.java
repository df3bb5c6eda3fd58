package dev.weir.spi;

/** What became of one reported line. */
public sealed interface Ack {

  String lineId();

  /** Taken. {@code remoteId} is the other side's record id, or empty. */
  record Accepted(String lineId, String remoteId) implements Ack {}

  /**
   * The other side already had a record for that hour.
   *
   * @param sameQuantity TRUE or FALSE where the other side says what it has, UNKNOWN otherwise; the
   *     host decides by its own record of attempts
   */
  record Duplicate(String lineId, Sameness sameQuantity) implements Ack {}

  /** Not taken. Where {@code retryable}, the same line is sent again later. */
  record Rejected(String lineId, ErrorCode code, String reason, boolean retryable) implements Ack {}

  /** Whether the other side's record equals ours. */
  enum Sameness {
    SAME,
    DIFFERENT,
    UNKNOWN
  }
}
