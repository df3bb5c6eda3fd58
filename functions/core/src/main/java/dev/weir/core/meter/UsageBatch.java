package dev.weir.core.meter;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Consecutive facts of a source, numbered {@code after + 1}, {@code after + 2} and so on. Where the
 * boundaries between batches lie does not matter: what was applied before is skipped by number.
 *
 * @param after the number of the fact before the first one; 0 at the beginning
 * @param facts at most {@link #FACTS_MAX}; none to say only that the source lives
 * @param until every fact of the source with an earlier time is in this batch or one before; empty
 *     where more are waiting
 * @param closing whether the source ends with this batch
 */
public record UsageBatch(
    SourceName source,
    long after,
    List<UsageFact> facts,
    Optional<Instant> until,
    boolean closing) {

  /** The most facts of a batch; about 1.5 MB of JSON, of the 6 MB that a function takes. */
  public static final int FACTS_MAX = 5000;

  public UsageBatch {
    facts = List.copyOf(facts);
    if (after < 0) {
      throw new IllegalArgumentException("batch begins after " + after + " < 0");
    }
    if (facts.size() > FACTS_MAX) {
      throw new IllegalArgumentException("batch size " + facts.size() + " > " + FACTS_MAX);
    }
  }

  /** The number of the last fact. */
  long last() {
    return after + facts.size();
  }
}
