package dev.weir.core.meter;

import java.time.Instant;

/**
 * Something that a person must look at.
 *
 * @param id stable: the same trouble always has the same
 * @param subject what it is about: a source, a line
 */
public record Incident(String id, Kind kind, String subject, String detail, Instant at) {

  /** What happened. */
  public enum Kind {
    /** A source's lease ended; what its journal still holds is not in the hours that it held up. */
    LOST_SOURCE,
    /** Facts that break a rule; they lie in a blob that the detail names. */
    REFUSED_FACTS,
    /** A sealed hour has no price, so it is not billed. */
    UNRATED_HOUR,
    /** A market had a record of an hour that was never sent, or another quantity than ours. */
    DUPLICATE_REPORT,
    /** A market took a line for no customer of its. */
    NOT_SUBSCRIBED,
    /** A market's window closed before a line was accepted. */
    EXPIRED_REPORT,
    /** A market refused a line for good. */
    REJECTED_REPORT
  }
}
