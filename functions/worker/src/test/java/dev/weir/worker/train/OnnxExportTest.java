package dev.weir.worker.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.worker.data.Scaling;
import dev.weir.worker.train.Safetensors.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxExportTest {

  private static final Scaling SCALING = new Scaling(new float[] {1, 2}, new float[] {2, 4});
  private static final OnnxExport.Layer HIDDEN =
      new OnnxExport.Layer(
          new Tensor(new long[] {2, 2}, new float[] {1, 0, 0, -1}), Tensor.vector(0, 0.5f));

  @Test
  void aValueComesBackInItsOwnUnit() {
    OnnxExport.Layer last =
        new OnnxExport.Layer(
            new Tensor(new long[] {1, 2}, new float[] {1, 1}), Tensor.vector(0.25f));
    Scaling target = new Scaling(new float[] {100}, new float[] {10});
    byte[] model = OnnxExport.write(SCALING, List.of(HIDDEN, last), Head.VALUE, target, 0);
    // (3−1)/2 = 1, (10−2)/4 = 2 → relu(1), relu(−2 + 0.5) → 1.25 · 10 + 100
    float[][] values = OnnxCheck.run(model, new float[][] {{3, 10}, {1, 2}});
    assertEquals(112.5f, values[0][0]);
    assertEquals(107.5f, values[1][0]);
  }

  @Test
  void oneLogitBecomesTwoScores() {
    OnnxExport.Layer last =
        new OnnxExport.Layer(new Tensor(new long[] {1, 2}, new float[] {1, 1}), Tensor.vector(0));
    byte[] model =
        OnnxExport.write(SCALING, List.of(HIDDEN, last), Head.SIGMOID, Scaling.none(1), 2);
    float[] scores = OnnxCheck.run(model, new float[][] {{3, 10}})[0];
    assertEquals(1 / (1 + Math.exp(-1)), scores[1], 1e-6);
    assertEquals(1, scores[0] + scores[1], 1e-6);
  }

  @Test
  void theProbabilityOfNoneOfTheClassesIsKeptBack() {
    OnnxExport.Layer last =
        new OnnxExport.Layer(
            new Tensor(new long[] {3, 2}, new float[] {1, 0, 0, 1, 0, 0}), Tensor.vector(0, 0, 2));
    byte[] model = OnnxExport.write(SCALING, List.of(HIDDEN, last), Head.SOFTMAX, SCALING, 2);
    // Logits 1, 0, 2 in each row.
    float[][] scores = OnnxCheck.run(model, new float[][] {{3, 10}, {3, 10}});
    double all = Math.exp(1) + 1 + Math.exp(2);
    assertEquals(2, scores.length);
    assertEquals(2, scores[1].length);
    assertEquals(Math.exp(1) / all, scores[1][0], 1e-6);
    assertEquals(1 / all, scores[1][1], 1e-6);
  }

  @Test
  void aModelThatDiffersIsNotLetOut() {
    OnnxExport.Layer last =
        new OnnxExport.Layer(
            new Tensor(new long[] {2, 2}, new float[] {1, 0, 0, 1}), Tensor.vector(0, 0));
    byte[] model =
        OnnxExport.write(SCALING, List.of(HIDDEN, last), Head.SOFTMAX, Scaling.none(1), 2);
    float[][] features = {{3, 10}};
    float[][] scores = OnnxCheck.run(model, features);
    assertEquals(0, OnnxCheck.compare(model, features, scores, 1));
    scores[0][0] += 2e-5f;
    assertTrue(
        assertThrows(
                IllegalStateException.class, () -> OnnxCheck.compare(model, features, scores, 1))
            .getMessage()
            .contains("differs by"));
  }
}
