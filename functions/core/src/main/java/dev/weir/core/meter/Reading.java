package dev.weir.core.meter;

import java.time.Instant;
import java.util.Optional;

/**
 * What the facts of one hour add to the hour in which they are counted, of a meter whose batches do
 * not simply add up: {@code after − before}.
 *
 * @param hour in which the facts are counted
 * @param own the facts' own hour: earlier where they came after it was sealed
 * @param before what was counted of the own hour before; 0 where it is the same hour
 * @param after what it is with these facts
 * @param decisive the fact whose quantity {@code after} is, of a maximum or a latest value
 * @param full whether different quantities may be more than are told apart
 */
public record Reading(
    String agreementId,
    String channelId,
    String meter,
    Instant hour,
    Instant own,
    long before,
    long after,
    Optional<UsageFact> decisive,
    boolean full) {

  /** What it adds; below 0 where a later value is lower. */
  public long delta() {
    return Math.subtractExact(after, before);
  }

  HourSum.Of of() {
    return new HourSum.Of(agreementId, channelId, meter, hour);
  }

  /** What it is of, as incidents name it. */
  String name() {
    return String.join(".", agreementId, Hours.name(own), channelId, meter);
  }

  String tooMany() {
    return "hour %s of meter %s through %s, agreement %s: more than %d different quantities"
        .formatted(Hours.name(own), meter, channelId, agreementId, Tally.ITEMS_MAX);
  }
}
