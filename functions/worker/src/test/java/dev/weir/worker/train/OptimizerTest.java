package dev.weir.worker.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.weir.core.job.Recipe;
import dev.weir.worker.Offline;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds the optimisers against torch.optim's published formulas, computed here in double precision
 * for f(w) = Σ c·w², whose gradient is 2·c·w.
 */
class OptimizerTest {

  private static final float[] START = {1f, -2f, 0.5f};
  private static final float[] C = {0.5f, 1f, 3f};

  @Test
  void adamwFollowsTorchWithEpsilonAfterTheBiasCorrection() {
    double rate = 0.1;
    double decay = 0.05;
    double epsilon = 0.1; // Large, so that its place matters.
    double[] w = doubles();
    double[] m = new double[3];
    double[] v = new double[3];
    for (int t = 1; t <= 20; t++) {
      for (int i = 0; i < 3; i++) {
        double g = 2 * C[i] * w[i];
        w[i] *= 1 - rate * decay;
        m[i] += (g - m[i]) * (1 - 0.9);
        v[i] = v[i] * 0.999 + g * g * (1 - 0.999);
        double hat = Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(0.999, t)) + epsilon;
        w[i] -= rate / (1 - Math.pow(0.9, t)) * m[i] / hat;
      }
    }
    check(w, new Recipe.Optimizer(Recipe.Kind.ADAMW, rate, decay, 0, 0, 0.9, 0.999, epsilon), 0);
  }

  @Test
  void sgdFollowsTorchWithMomentumAndL2() {
    double[] w = doubles();
    double[] buffer = new double[3];
    for (int t = 1; t <= 20; t++) {
      for (int i = 0; i < 3; i++) {
        double g = 2 * C[i] * w[i] + 0.01 * w[i];
        buffer[i] = t == 1 ? g : 0.9 * buffer[i] + g;
        w[i] -= 0.02 * buffer[i];
      }
    }
    check(w, new Recipe.Optimizer(Recipe.Kind.SGD, 0.02, 0, 0.01, 0.9, 0.9, 0.999, 1e-8), 0);
  }

  @Test
  void gradientsAreClippedByTheirCommonNormInBothDirections() {
    double[] w = doubles();
    for (int t = 1; t <= 20; t++) {
      double[] g = new double[3];
      double norm = 0;
      for (int i = 0; i < 3; i++) {
        g[i] = 2 * C[i] * w[i];
        norm += g[i] * g[i];
      }
      double factor = Math.min(1, 0.5 / (Math.sqrt(norm) + 1e-6));
      for (int i = 0; i < 3; i++) {
        w[i] -= 0.1 * g[i] * factor;
      }
    }
    check(w, new Recipe.Optimizer(Recipe.Kind.SGD, 0.1, 0, 0, 0, 0.9, 0.999, 1e-8), 0.5);
  }

  private static double[] doubles() {
    return new double[] {START[0], START[1], START[2]};
  }

  private static void check(double[] expected, Recipe.Optimizer settings, double normMax) {
    Offline.set();
    Engine engine = Engine.getEngine("PyTorch");
    JniUtils.setGradMode(false);
    try (NDManager manager = engine.newBaseManager()) {
      PtNDArray w = (PtNDArray) manager.create(START.clone(), new Shape(3));
      JniUtils.attachGradient(w, true);
      Optimizer optimizer =
          new Optimizer(manager, settings, normMax, Map.of("w.weight", w), 0, Map.of());
      NDArray c = manager.create(C);
      for (int t = 0; t < 20; t++) {
        try (GradientCollector collector = engine.newGradientCollector()) {
          collector.backward(w.square().mul(c).sum());
        }
        optimizer.step();
      }
      float[] actual = w.toFloatArray();
      for (int i : List.of(0, 1, 2)) {
        assertEquals(expected[i], actual[i], 2e-6, "w[" + i + "]");
      }
    }
  }
}
