package dev.weir.tck.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The system's time plus an offset, so that a test can move the other side's time. */
public final class SimClock implements InstantSource {

  private final AtomicLong offsetMs = new AtomicLong();

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(Duration.ofMillis(offsetMs.get()));
  }

  public long offsetMs() {
    return offsetMs.get();
  }

  public void setOffsetMs(long value) {
    offsetMs.set(value);
  }
}
