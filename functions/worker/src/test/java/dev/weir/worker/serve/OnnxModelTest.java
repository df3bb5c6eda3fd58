package dev.weir.worker.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxModelTest {

  @TempDir Path folder;

  @Test
  void tableIsClassifiedByNamedColumnsInAnyOrder() throws Exception {
    try (OnnxModel model = load("tumour:1", TestModels.table())) {
      JsonNode said = predict(model, "{\"texture\":1,\"radius\":4}");
      assertEquals("malignant", said.path("label").asText());
      assertEquals(
          said.path("score").floatValue(), said.path("scores").path("malignant").floatValue());
      assertTrue(said.path("score").floatValue() > 0.99);
      assertFalse(said.has("answered"));
    }
  }

  @Test
  void regressionSaysAValue() throws Exception {
    try (OnnxModel model = load("price:1", TestModels.regression())) {
      assertEquals(7.0, predict(model, "{\"x\":3.5}").path("value").doubleValue());
    }
  }

  @Test
  void intentIsAnsweredInTheLanguageOfTheQuestion() throws Exception {
    try (OnnxModel model = load("desk:1", TestModels.desk())) {
      JsonNode english = predict(model, "{\"text\":\"I want a refund\"}");
      assertEquals("Within 14 days.", english.path("answer").asText());
      assertTrue(english.path("answered").asBoolean());
      assertEquals("十四天内退款。", predict(model, "{\"text\":\"我要退款\"}").path("answer").asText());
      assertEquals("In two days.", predict(model, "{\"text\":\"发货\"}").path("answer").asText());
      assertFalse(predict(model, "{\"text\":\"hello\"}").path("answered").asBoolean());
      assertEquals(4, model.inputTokens(new Instance.Text("I want a refund")));
      assertEquals(4, model.inputTokens(new Instance.Text("我要退款")));
    }
  }

  @Test
  void embeddingIsAllEncodersOneAfterTheOther() throws Exception {
    try (OnnxModel model = load("desk:1", TestModels.desk())) {
      float[][] vectors = model.embed(List.of(new Instance.Text("refund 货")));
      assertArrayEquals(new float[] {1, 0, 0, 1}, vectors[0]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "7|/instances/0|is not an object",
        "{\"radius\":1}|/instances/0/texture|is missing",
        "{\"radius\":1,\"texture\":2,\"color\":3}|/instances/0/color|is not a feature of tumour:1",
        "{\"radius\":\"1\",\"texture\":2}|/instances/0/radius|is not a finite number: \"1\"",
        "{\"radius\":null,\"texture\":2}|/instances/0/radius|is not a finite number: null",
        "{\"radius\":1e99,\"texture\":2}|/instances/0/radius|is not a finite number: 1.0E99",
      })
  void wrongRowsAreToldWhereAndWhy(String json, String pointer, String violated) throws Exception {
    try (OnnxModel model = load("tumour:1", TestModels.table())) {
      Model.InvalidInstance refused =
          assertThrows(
              Model.InvalidInstance.class, () -> model.parse(Json.parseTree(json), "/instances/0"));
      assertEquals(pointer, refused.pointer());
      assertEquals(violated, refused.violated());
    }
  }

  @Test
  void damagedArtifactIsRefused() throws Exception {
    Map<String, byte[]> files = new java.util.HashMap<>(TestModels.table());
    files.put("model.onnx", new byte[] {1, 2, 3});
    assertThrows(IOException.class, () -> load("tumour:1", files));
  }

  private OnnxModel load(String version, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return OnnxModel.load(version, folder, TestModels::encoder);
  }

  private static ObjectNode predict(Model model, String json) throws Exception {
    Instance instance = model.parse(Json.parseTree(json), "/instances/0");
    return model.prediction(instance, model.score(List.of(instance))[0]);
  }
}
