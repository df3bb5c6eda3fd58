package dev.weir.tck.sim.aws;

/** Ten requests a second with a burst of ten, in real time. Not thread-safe. */
final class TokenBucket {

  static final int PER_SECOND = 10;

  private double tokens = PER_SECOND;
  private long lastNanos = System.nanoTime();

  boolean take() {
    long now = System.nanoTime();
    tokens = Math.min(PER_SECOND, tokens + (now - lastNanos) * PER_SECOND / 1e9);
    lastNanos = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
