package dev.weir.core.meter;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that a person must look at.
 *
 * @param id stable: the same trouble always has the same
 * @param subject what it is about: a source, a line
 */
public record Incident(
    String id,
    Kind kind,
    String subject,
    String detail,
    Instant at,
    Optional<Instant> resolvedAt,
    Optional<String> resolution) {

  /** The longest resolution, in characters. */
  public static final int RESOLUTION_MAX = 1000;

  static Incident open(String id, Kind kind, String subject, String detail, Instant at) {
    return new Incident(id, kind, subject, detail, at, Optional.empty(), Optional.empty());
  }

  Incident resolved(Instant when, String how) {
    return new Incident(id, kind, subject, detail, at, Optional.of(when), Optional.of(how));
  }

  /** What happened. */
  public enum Kind {
    /** A source's lease ended; what its journal still holds is not in the hours that it held up. */
    LOST_SOURCE,
    /** Facts that break a rule; they lie in a blob that the detail names. */
    REFUSED_FACTS,
    /** The archived facts of an hour, added up again, are not what was sealed. */
    RECOUNT_DIFFERS,
    /** An hour had more different things than are told apart; the rest is not counted. */
    TOO_MANY_ITEMS,
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
