package dev.weir.worker.serve;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Small artifacts in the format {@code weir-model/1}. */
final class TestModels {

  private TestModels() {}

  /** Two columns, two labels: malignant where {@code radius} is larger than {@code texture}. */
  static Map<String, byte[]> table() {
    return Map.of(
        "model.json",
        """
        {"format":"weir-model/1","task":"tabular-classification","name":"tumour",
         "features":[{"name":"radius","type":"number","mean":0,"std":1},
                     {"name":"texture","type":"number","mean":0,"std":1}],
         "labels":["benign","malignant"],"encoders":[],
         "onnx":{"input":"features","outputs":["scores"]},"metrics":{},"lineage":{}}\
        """
            .getBytes(StandardCharsets.UTF_8),
        "model.onnx",
        TinyOnnx.linear(new float[][] {{-1, 1}, {1, -1}}, true));
  }

  /** {@code 2 · x}. */
  static Map<String, byte[]> regression() {
    return Map.of(
        "model.json",
        """
        {"format":"weir-model/1","task":"tabular-regression",
         "features":[{"name":"x","type":"number"}],"labels":[],"encoders":[]}\
        """
            .getBytes(StandardCharsets.UTF_8),
        "model.onnx",
        TinyOnnx.linear(new float[][] {{2}}, false));
  }

  /** Two intents, with answers in two languages; unsure where no word is known. */
  static Map<String, byte[]> desk() {
    return Map.of(
        "model.json",
        """
        {"format":"weir-model/1","task":"text-classification",
         "labels":["refund","shipping"],"encoders":["words-en","words-zh-1"],"threshold":0.9}\
        """
            .getBytes(StandardCharsets.UTF_8),
        "model.onnx",
        TinyOnnx.linear(new float[][] {{9, 0}, {0, 9}, {9, 0}, {0, 9}}, true),
        "answers.json",
        """
        {"refund":{"en":"Within 14 days.","zh":"十四天内退款。"},
         "shipping":{"en":"In two days."}}\
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Knows two words of each language; {@code poison} it cannot take. */
  static TextEncoder encoder(String name) {
    return new TextEncoder() {
      @Override
      public float[][] embed(List<String> texts) {
        if (texts.stream().anyMatch(text -> text.contains("poison"))) {
          throw new IllegalStateException("poison");
        }
        boolean chinese = name.contains("-zh-");
        return texts.stream()
            .map(text ->
                new float[] {
                  text.contains(chinese ? "退" : "refund") ? 1 : 0,
                  text.contains(chinese ? "货" : "ship") ? 1 : 0
                })
            .toArray(float[][]::new);
      }

      @Override
      public int tokens(String text) {
        return name.contains("-zh-")
            ? (int) text.codePoints().filter(Character::isIdeographic).count()
            : text.split(" ").length;
      }

      @Override
      public void close() {}
    };
  }
}
