package dev.weir.worker.data;

/**
 * Pseudo-random numbers whose whole state is one long, so that a checkpoint can hold it: SplitMix64
 * (Steele, Lea, Flood 2014). Not thread-safe.
 */
public final class Random64 {

  private long state;

  public Random64(long state) {
    this.state = state;
  }

  /** A stream of its own for a purpose, from a seed. */
  public static Random64 of(long seed, String purpose) {
    Random64 random = new Random64(seed);
    for (int i = 0; i < purpose.length(); i++) {
      random.state = random.next() ^ purpose.charAt(i);
    }
    random.next();
    return random;
  }

  public long state() {
    return state;
  }

  public long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1), 24 bits. */
  public float uniform() {
    return (next() >>> 40) * 0x1p-24f;
  }

  /** Uniform in [0, bound), without bias. */
  public int below(int bound) {
    long limit = (Long.MAX_VALUE / bound) * bound;
    long value = next() >>> 1;
    while (value >= limit) {
      value = next() >>> 1;
    }
    return (int) (value % bound);
  }

  /** Fisher and Yates. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
