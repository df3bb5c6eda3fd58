package dev.weir.core.meter;

import java.time.Instant;

/** What facts add up to in an hour. */
record HourSum(Of of, long quantity, long count) {

  /** The sum of what: one agreement's use of one meter through one channel, in one hour. */
  record Of(String agreementId, String channelId, String meter, Instant hour) {

    String sort() {
      return agreementId + "/" + channelId + "/" + meter;
    }

    static Of of(UsageFact fact, Instant hour) {
      return new Of(fact.agreementId(), fact.channelId(), fact.meter(), hour);
    }
  }

  HourSum plus(long moreQuantity, long moreCount) {
    return new HourSum(of, Math.addExact(quantity, moreQuantity), Math.addExact(count, moreCount));
  }
}
