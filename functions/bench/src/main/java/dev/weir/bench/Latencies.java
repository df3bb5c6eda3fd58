package dev.weir.bench;

import java.util.Arrays;

/** Times of one thread; {@link #together} answers percentiles over many. */
final class Latencies {

  private long[] nanos;
  private int count;

  Latencies(int expected) {
    this.nanos = new long[Math.max(1, expected)];
  }

  void add(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  /** Percentiles in microseconds. */
  record Percentiles(double p50, double p99) {}

  static Percentiles together(Iterable<Latencies> all) {
    int size = 0;
    for (Latencies one : all) {
      size += one.count;
    }
    long[] sorted = new long[size];
    int at = 0;
    for (Latencies one : all) {
      System.arraycopy(one.nanos, 0, sorted, at, one.count);
      at += one.count;
    }
    Arrays.sort(sorted);
    return new Percentiles(micros(sorted, 50), micros(sorted, 99));
  }

  private static double micros(long[] sorted, int percent) {
    return sorted[(int) ((sorted.length - 1) * (long) percent / 100)] / 1e3;
  }
}
