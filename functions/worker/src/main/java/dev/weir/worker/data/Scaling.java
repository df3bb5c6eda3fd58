package dev.weir.worker.data;

import java.util.Arrays;

/**
 * Standardisation: (x − mean) / deviation per column, both from the rows that are learnt from. A
 * constant column has deviation 1.
 */
public record Scaling(float[] mean, float[] deviation) {

  /** Of {@code [rows][columns]}; population deviation. */
  public static Scaling of(float[][] rows) {
    int width = rows[0].length;
    double[] mean = new double[width];
    double[] squares = new double[width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        squares[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / rows.length;
      }
    }
    float[] means = new float[width];
    float[] deviations = new float[width];
    for (int i = 0; i < width; i++) {
      means[i] = (float) mean[i];
      deviations[i] = squares[i] > 1e-24 ? (float) Math.sqrt(squares[i]) : 1f;
    }
    return new Scaling(means, deviations);
  }

  /** Changes nothing. */
  public static Scaling none(int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    return new Scaling(new float[width], ones);
  }
}
