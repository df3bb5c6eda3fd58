package dev.weir.worker;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The deployment's clock: this host's, and the offset that the gateway tells. Thread-safe. */
public final class OffsetClock implements InstantSource {

  private final InstantSource host;
  private final AtomicLong offsetMs = new AtomicLong();

  public OffsetClock(InstantSource host) {
    this.host = host;
  }

  @Override
  public Instant instant() {
    return host.instant().plusMillis(offsetMs.get());
  }

  /** This host's own clock. */
  public long hostMs() {
    return host.millis();
  }

  /** What to add to this host's clock from now on. */
  public void offset(long ms) {
    offsetMs.set(ms);
  }
}
