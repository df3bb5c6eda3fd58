package dev.weir.core.meter;

import java.time.Instant;

/**
 * A usage with its key. Immutable; counted once.
 *
 * @param key who made the answer durable says it: from the call where a call row did, from host,
 *     boot and position where a journal did; 1 to 128 characters of {@code [a-z0-9-]}
 */
public record UsageFact(
    String key,
    String agreementId,
    String channelId,
    String meter,
    long quantity,
    Instant at,
    String callId) {

  public UsageFact {
    if (key.isEmpty() || key.length() > 128) {
      throw new IllegalArgumentException("fact key length " + key.length() + " not in 1..128");
    }
    new Usage(agreementId, channelId, meter, quantity, at, callId); // the same limits
  }

  static UsageFact of(String key, Usage usage) {
    return new UsageFact(
        key,
        usage.agreementId(),
        usage.channelId(),
        usage.meter(),
        usage.quantity(),
        usage.at(),
        usage.callId());
  }

  /** The fact of a call that has a row: the same call and meter always give the same key. */
  public static UsageFact ofCall(Usage usage) {
    return of(
        StableId.of("call", usage.agreementId(), usage.channelId(), usage.callId(), usage.meter()),
        usage);
  }

  Usage usage() {
    return new Usage(agreementId, channelId, meter, quantity, at, callId);
  }
}
