package dev.weir.worker.serve;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The deployment's clock: this host's, and the offset that the gateway tells. Thread-safe. */
final class OffsetClock implements InstantSource {

  private final InstantSource host;
  private final AtomicLong offsetMs = new AtomicLong();

  OffsetClock(InstantSource host) {
    this.host = host;
  }

  @Override
  public Instant instant() {
    return host.instant().plusMillis(offsetMs.get());
  }

  long hostMs() {
    return host.millis();
  }

  void offset(long ms) {
    offsetMs.set(ms);
  }
}
