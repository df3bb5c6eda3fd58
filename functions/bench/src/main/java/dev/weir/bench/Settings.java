package dev.weir.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * How to run.
 *
 * @param folder on the disk that is measured; what is left in it is deleted afterwards
 * @param facts of one run; 0 for each benchmark's own number
 * @param callers who wait for the journal at the same time
 * @param repeats of each run; medians are shown
 * @param progress takes a line for whoever waits
 */
record Settings(Path folder, long facts, int callers, int repeats, Consumer<String> progress) {

  static final long FACTS_MAX = 1_000_000_000;
  static final int CALLERS_MAX = 100_000;
  static final int REPEATS_MAX = 99;

  Settings {
    check("--facts", facts, 0, FACTS_MAX);
    check("--callers", callers, 1, CALLERS_MAX);
    check("--repeats", repeats, 1, REPEATS_MAX);
    if (facts != 0 && facts < 1000) {
      throw new IllegalArgumentException("--facts " + facts + " < 1000");
    }
  }

  private static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("%s %d not in %d..%d".formatted(what, value, min, max));
    }
  }

  long factsOr(long standard) {
    return facts == 0 ? standard : facts;
  }

  /** The median of as many runs as are asked for. */
  double median(String what, DoubleSupplier run) {
    double[] all = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      all[i] = run.getAsDouble();
      progress.accept("%s, run %d of %d: %,.0f".formatted(what, i + 1, repeats, all[i]));
    }
    Arrays.sort(all);
    return all[repeats / 2];
  }
}
