package dev.weir.worker.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void classificationAgreesWithHandCountedValues() {
    float[][] scores = {{.9f, .1f}, {.4f, .6f}, {.3f, .7f}, {.8f, .2f}, {.45f, .55f}};
    float[] targets = {0, 0, 1, 1, 1};
    Map<String, Double> metrics = Metrics.classification(scores, targets);
    assertEquals(3 / 5.0, metrics.get("accuracy"), 1e-12);
    assertEquals((1 / 2.0 + 2 / 3.0) / 2, metrics.get("precision-macro"), 1e-12);
    assertEquals((1 / 2.0 + 2 / 3.0) / 2, metrics.get("recall-macro"), 1e-12);
    assertEquals((2 / 4.0 + 4 / 6.0) / 2, metrics.get("f1-macro"), 1e-12);
    assertEquals(4 / 6.0, metrics.get("roc-auc"), 1e-12);
    assertEquals(
        Map.of("baseline-accuracy", 3 / 5.0, "baseline-f1-macro", (6 / 8.0) / 2),
        Metrics.majority(1, 2, targets));
  }

  @Test
  void tiesCountHalfInTheAreaUnderTheCurve() {
    double[] scores = {.5, .5, .5, .9};
    assertEquals(0.75, Metrics.rocAuc(scores, new float[] {0, 1, 0, 1}, 1), 1e-12);
  }

  @Test
  void regressionAgreesWithHandCountedValues() {
    Map<String, Double> metrics =
        Metrics.regression(new float[][] {{1}, {2}, {6}}, new float[] {1, 4, 4}, 2);
    assertEquals(Math.sqrt(8 / 3.0), metrics.get("rmse"), 1e-12);
    assertEquals(4 / 3.0, metrics.get("mae"), 1e-12);
    assertEquals(1 - 8 / 6.0, metrics.get("r2"), 1e-12);
    assertEquals(Math.sqrt(3), metrics.get("baseline-rmse"), 1e-12);
  }
}
