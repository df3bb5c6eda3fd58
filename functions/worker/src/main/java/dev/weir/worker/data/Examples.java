package dev.weir.worker.data;

import java.util.Arrays;

/**
 * Numbers to learn from.
 *
 * @param features {@code [rows][columns]}
 * @param targets a class, or the value itself in regression; −1 for a row outside all classes
 */
public record Examples(float[][] features, float[] targets) {

  public int size() {
    return targets.length;
  }

  public int width() {
    return features[0].length;
  }

  /** The given rows, in that order; their arrays are shared. */
  public Examples rows(int[] rows) {
    float[][] x = new float[rows.length][];
    float[] y = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      x[i] = features[rows[i]];
      y[i] = targets[rows[i]];
    }
    return new Examples(x, y);
  }

  /** The rows inside the classes, where {@code inside}; those outside, where not. */
  public Examples scope(boolean inside) {
    int[] all = new int[size()];
    Arrays.setAll(all, i -> i);
    return rows(Arrays.stream(all).filter(i -> targets[i] >= 0 == inside).toArray());
  }

  /** All rows in regression, else those inside the classes. */
  public Examples scopeUnless(boolean regression) {
    return regression ? this : scope(true);
  }

  /** A batch's features, row by row in one array, as a tensor is made from. */
  public float[] batch(int[] order, int from, int to) {
    int width = width();
    float[] flat = new float[(to - from) * width];
    for (int i = from; i < to; i++) {
      System.arraycopy(features[order[i]], 0, flat, (i - from) * width, width);
    }
    return flat;
  }
}
