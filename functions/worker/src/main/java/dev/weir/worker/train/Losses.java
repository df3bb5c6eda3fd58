package dev.weir.worker.train;

import ai.djl.ndarray.NDArray;

/** What is minimised, as the mean over a batch. */
final class Losses {

  private Losses() {}

  /**
   * The differentiable loss of a batch.
   *
   * @param outputs {@code [rows, K]}
   * @param targets classes, or standardised values
   */
  static NDArray of(Head head, NDArray outputs, float[] targets) {
    int rows = targets.length;
    return switch (head) {
      case SOFTMAX -> {
        int classes = (int) outputs.getShape().get(1);
        float[] oneHot = new float[rows * classes];
        for (int i = 0; i < rows; i++) {
          oneHot[i * classes + (int) targets[i]] = 1;
        }
        NDArray picked =
            outputs.logSoftmax(1).mul(outputs.getManager().create(oneHot, outputs.getShape()));
        yield picked.sum(new int[] {1}).neg().mean();
      }
      case SIGMOID -> {
        // max(z, 0) − z·y + log(1 + e^−|z|): no overflow for any z.
        NDArray y = outputs.getManager().create(targets, outputs.getShape());
        NDArray tail = outputs.abs().neg().exp().add(1).log();
        yield outputs.getNDArrayInternal().relu().sub(outputs.mul(y)).add(tail).mean();
      }
      case VALUE ->
          outputs.sub(outputs.getManager().create(targets, outputs.getShape())).square().mean();
    };
  }

  /** The same loss from a part's outputs, in double precision. */
  static double of(Head head, float[][] outputs, float[] targets) {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      float[] z = outputs[i];
      sum +=
          switch (head) {
            case SOFTMAX -> logSumExp(z) - z[(int) targets[i]];
            case SIGMOID ->
                Math.max(z[0], 0) - z[0] * targets[i] + Math.log1p(Math.exp(-Math.abs(z[0])));
            case VALUE -> ((double) z[0] - targets[i]) * ((double) z[0] - targets[i]);
          };
    }
    return sum / targets.length;
  }

  private static double logSumExp(float[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (float v : z) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (float v : z) {
      sum += Math.exp(v - max);
    }
    return max + Math.log(sum);
  }
}
