package dev.weir.core.bill;

import java.time.Instant;

/**
 * A share that is taken back after it was earned: a refund, a fraud.
 *
 * @param id the caller's; the same is entered once
 * @param micros more than 0, in 10⁻⁶ of the currency's minor unit
 */
public record Clawback(
    String id,
    String partner,
    String channelId,
    String currency,
    long micros,
    String reason,
    Instant at) {

  public Clawback {
    if (micros <= 0) {
      throw new IllegalArgumentException("claw-back " + micros + " <= 0");
    }
  }
}
