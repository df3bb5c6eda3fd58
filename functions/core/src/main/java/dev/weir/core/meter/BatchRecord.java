package dev.weir.core.meter;

import java.time.Instant;
import java.util.List;

/**
 * What one applied batch added to one hour: the step from an hour to its facts.
 *
 * @param after the number of the fact before the batch's first
 * @param last the number of the batch's last fact
 * @param blob where the batch's facts are archived
 * @param fence facts from before this hour were added to it instead: they came late
 */
public record BatchRecord(
    SourceName source,
    long after,
    long last,
    String blob,
    Instant hour,
    Instant fence,
    Instant appliedAt,
    List<Sum> sums) {

  public BatchRecord {
    sums = List.copyOf(sums);
  }

  /**
   * One sum.
   *
   * @param late the part of the quantity whose own hour was closed before it came
   */
  public record Sum(
      String agreementId, String channelId, String meter, long quantity, long count, long late) {}

  /** The hour to which a fact of this batch was added. */
  Instant hourOf(UsageFact fact) {
    return Cut.target(fact, fence);
  }
}
