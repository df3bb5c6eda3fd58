package dev.weir.worker.train;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Map;

/** Runs an exported model in ONNX Runtime and holds it against what was trained. */
final class OnnxCheck {

  /** The largest difference of a score; of a value, in deviations of the target. */
  static final double DIFFERENCE_MAX = 1e-5;

  private OnnxCheck() {}

  /** What ONNX Runtime makes of these features. */
  static float[][] run(byte[] model, float[][] features) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model);
        OnnxTensor input = OnnxTensor.createTensor(environment, features);
        OrtSession.Result result = session.run(Map.of("features", input))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new IllegalStateException("the exported model does not run: " + e.getMessage(), e);
    }
  }

  /**
   * The largest difference.
   *
   * @param unit by which differences are divided
   * @throws IllegalStateException where it exceeds {@link #DIFFERENCE_MAX}
   */
  static double compare(byte[] model, float[][] features, float[][] expected, double unit) {
    float[][] scores = run(model, features);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < expected[i].length; k++) {
        largest = Math.max(largest, Math.abs((double) scores[i][k] - expected[i][k]) / unit);
      }
    }
    if (!(largest <= DIFFERENCE_MAX)) {
      throw new IllegalStateException(
          "the exported model differs by " + largest + " > " + DIFFERENCE_MAX);
    }
    return largest;
  }
}
