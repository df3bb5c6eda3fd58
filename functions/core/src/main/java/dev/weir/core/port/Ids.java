package dev.weir.core.port;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Makes ids that sort by time: 26 lower-case characters of Crockford's base 32, 48 bits of
 * milliseconds and 80 random bits, as ULIDs have them. Ids of one instance strictly increase, also
 * within a millisecond and when the clock steps back. Thread-safe.
 */
public final class Ids {

  /** How long an id is, in characters. */
  public static final int LENGTH = 26;

  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long RANDOM_LOW_MASK = (1L << 40) - 1;

  private final InstantSource clock;
  private long lastMs = -1;
  private long high; // 40 random bits each, so that carrying is simple
  private long low;

  public Ids(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized String next() {
    long nowMs = clock.millis();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      high = RANDOM.nextLong() & RANDOM_LOW_MASK;
      low = RANDOM.nextLong() & RANDOM_LOW_MASK;
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
