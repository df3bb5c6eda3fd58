package dev.weir.core.port;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids that sort by time: 26 lower-case characters of Crockford's base 32, 48 bits of
 * milliseconds and 80 random bits, as ULIDs have them. Ids of one instance strictly increase, also
 * within a millisecond and when the clock steps back. Thread-safe.
 */
public final class Ids {

  /** How long an id is, in characters. */
  public static final int LENGTH = 26;

  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final SecureRandom SECURE = new SecureRandom();
  private static final ScopedValue<RandomGenerator> REPEATABLE = ScopedValue.newInstance();
  private static final long RANDOM_LOW_MASK = (1L << 40) - 1;

  private final InstantSource clock;
  private long lastMs = -1;
  private long high; // 40 random bits each, so that carrying is simple
  private long low;

  public Ids(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Does some work whose ids draw from a given source, in this thread only: for a simulation that
   * must repeat. Anybody who knows the source can guess them.
   */
  public static void repeatably(RandomGenerator source, Runnable work) {
    ScopedValue.where(REPEATABLE, source).run(work);
  }

  public synchronized String next() {
    long nowMs = clock.millis();
    if (nowMs > lastMs) {
      RandomGenerator random = REPEATABLE.orElse(SECURE);
      lastMs = nowMs;
      high = random.nextLong() & RANDOM_LOW_MASK;
      low = random.nextLong() & RANDOM_LOW_MASK;
    } else if (++low > RANDOM_LOW_MASK) {
      low = 0;
      if (++high > RANDOM_LOW_MASK) {
        high = 0;
        lastMs++;
      }
    }
    char[] id = new char[LENGTH];
    write(lastMs, id, 0, 10);
    write(high, id, 10, 8);
    write(low, id, 18, 8);
    return new String(id);
  }

  private static void write(long value, char[] into, int at, int characters) {
    for (int i = characters - 1; i >= 0; i--) {
      into[at + i] = ALPHABET[(int) (value & 31)];
      value >>>= 5;
    }
  }
}
