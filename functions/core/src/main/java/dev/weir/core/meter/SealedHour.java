package dev.weir.core.meter;

import java.time.Instant;

/**
 * One hour of one agreement's use of one meter through one channel. Never changes.
 *
 * @param hour the hour's start, UTC
 * @param part 0, and higher for what was sealed of the same hour after that
 * @param quantity in the meter's smallest units
 * @param count how many facts it is the sum of
 */
public record SealedHour(
    String agreementId,
    String channelId,
    String meter,
    Instant hour,
    int part,
    long quantity,
    long count,
    Instant sealedAt) {

  HourSum.Of of() {
    return new HourSum.Of(agreementId, channelId, meter, hour);
  }
}
