package dev.weir.tck.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * A rate limit per key: {@code capacity} at once, refilled evenly. Real time, whatever the
 * simulator's clock says. Thread-safe.
 */
public final class TokenBucket {

  private record Level(double tokens, long atNanos) {}

  private final double capacity;
  private final double perSecond;
  private final Map<String, Level> levels = new HashMap<>();

  public TokenBucket(double capacity, double perSecond) {
    this.capacity = capacity;
    this.perSecond = perSecond;
  }

  /** Takes one and answers 0, or takes none and answers the milliseconds until there is one. */
  public synchronized long take(String key) {
    long now = System.nanoTime();
    Level level = levels.getOrDefault(key, new Level(capacity, now));
    double tokens = Math.min(capacity, level.tokens() + (now - level.atNanos()) / 1e9 * perSecond);
    boolean enough = tokens >= 1;
    levels.put(key, new Level(enough ? tokens - 1 : tokens, now));
    return enough ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) / perSecond * 1000));
  }
}
