package dev.weir.worker.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderTest {

  @Test
  void chineseThatMeansTheSameIsNearer() {
    nearer("bge-small-zh-v1.5-q", 512, "怎么申请退款", "我想把钱退回来", "今天天气很好");
  }

  @Test
  void englishThatMeansTheSameIsNearer() {
    nearer(
        "all-minilm-l6-v2-q",
        384,
        "How do I get a refund?",
        "I want my money back",
        "The weather is nice today");
  }

  private static void nearer(String name, int dimensions, String a, String same, String other) {
    try (Encoder encoder = Encoder.open(name)) {
      float[][] e = encoder.embed(List.of(a, same, other));
      assertEquals(dimensions, encoder.dimensions());
      assertEquals(dimensions, e[0].length);
      assertEquals(1, dot(e[0], e[0]), 1e-5);
      assertTrue(dot(e[0], e[1]) > dot(e[0], e[2]) + 0.05);
      assertArrayEquals(e[1], encoder.embed(List.of(same))[0], "beside others or alone");
      assertTrue(encoder.tokens(a) > 4);
      assertEquals(Encoder.TOKENS_MAX, encoder.tokens(a.repeat(500)));
      float[] cut = encoder.embed(List.of(a.repeat(500)))[0];
      assertEquals(1, dot(cut, cut), 1e-5);
    }
  }

  @Test
  void aTextInAnotherScriptIsAllZeros() {
    try (Encoder encoder = Encoder.open("all-minilm-l6-v2-q")) {
      assertArrayEquals(new float[384], encoder.embed(List.of("退款"))[0]);
      assertEquals(0, encoder.tokens("退款"));
    }
  }

  @Test
  void anUnknownEncoderIsRefusedByName() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Encoder.open("bert"))
            .getMessage()
            .contains("'bert'"));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
