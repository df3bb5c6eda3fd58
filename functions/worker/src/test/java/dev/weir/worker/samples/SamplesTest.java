package dev.weir.worker.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.worker.train.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {

  @TempDir Path folder;

  @Test
  void theBreastCancerTableReachesItsStatedAccuracy() throws IOException {
    FiveSeeds.Outcome outcome = FiveSeeds.run(Sample.BREAST_CANCER, folder);
    System.out.println(outcome);
    assertTrue(outcome.median() >= 0.95, outcome.toString());
    assertTrue(outcome.baseline() < 0.65, outcome.toString());
  }

  @Test
  void theDiabetesTableBeatsTheMean() throws IOException {
    JsonNode metrics = FiveSeeds.once(Sample.DIABETES, 1, folder);
    System.out.println(metrics.get("test"));
    assertTrue(
        metrics.at("/test/rmse").asDouble() < 0.85 * metrics.at("/test/baseline-rmse").asDouble());
  }

  @Test
  void theCustomerServiceModelKnowsIntentsInPhrasingsItHasNotSeen() throws IOException {
    JsonNode metrics = FiveSeeds.once(Sample.CUSTOMER_SERVICE, 1, folder);
    System.out.println(metrics.get("test") + " in " + metrics.get("seconds") + " s");
    assertTrue(metrics.at("/test/f1-macro").asDouble() > 0.7, metrics.toString());
    assertTrue(metrics.at("/test/baseline-f1-macro").asDouble() < 0.01);
    assertTrue(metrics.at("/test/answered").asDouble() > 0.84, metrics.toString());
    assertTrue(metrics.at("/test/answered-right").asDouble() > 0.7, metrics.toString());
    assertTrue(metrics.at("/test/out-of-scope-refused").asDouble() > 0.75, metrics.toString());
    assertTrue(metrics.at("/held-out/all").asDouble() > 0.8, metrics.toString());
    assertTrue(metrics.at("/held-out/near").asDouble() > 0.75, metrics.toString());
    assertTrue(metrics.at("/held-out/zh").asDouble() > 0.7, metrics.toString());
    assertTrue(metrics.get("onnxMaxDifference").asDouble() <= 1e-5);
    Path model = new Folders(folder).model();
    JsonNode json = Json.MAPPER.readTree(model.resolve("model.json").toFile());
    assertEquals("weir-model/1", json.get("format").asText());
    assertEquals("text-classification", json.get("task").asText());
    assertTrue(json.get("threshold").isNumber());
    assertFalse(json.get("labels").toString().contains("out-of-scope"), json.toString());
    JsonNode answers = Json.MAPPER.readTree(model.resolve("answers.json").toFile());
    json.get("labels").forEach(label -> assertTrue(answers.has(label.asText()), label.asText()));
  }

  @Test
  void noHeldOutQuestionIsInTheDataset() throws IOException {
    List<HeldOut.Question> questions = HeldOut.questions();
    assertEquals(120, questions.size());
    Set<String> learnt = new TreeSet<>();
    read("customer-service.jsonl")
        .lines()
        .forEach(row -> learnt.add(bare(Json.parseTree(row).get("text").asText())));
    questions.forEach(q -> {
      String text = bare(q.text());
      assertTrue(learnt.stream().noneMatch(known -> known.contains(text)), q.toString());
    });
  }

  private static String bare(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[\\p{Punct}\\s，。？！]", "");
  }

  @Test
  void theGeneratedFilesAreWhatTheGeneratorWrites() throws IOException {
    CustomerService.Generated generated = CustomerService.generate();
    assertEquals(generated.questions(), read("customer-service.jsonl"));
    assertEquals(generated.answers(), read("customer-service.answers.json"));
  }

  @Test
  void theCustomerServiceSetIsAsLargeAndAsVariedAsItSays() throws IOException {
    Map<String, Set<String>> languages = new TreeMap<>();
    Map<String, String> partOf = new TreeMap<>();
    Set<String> texts = new TreeSet<>();
    read("customer-service.jsonl")
        .lines()
        .map(Json::parseTree)
        .forEach(row -> {
          assertTrue(texts.add(row.get("text").asText()), "twice: " + row);
          languages
              .computeIfAbsent(row.get("intent").asText(), _ -> new TreeSet<>())
              .add(row.get("lang").asText());
          String before = partOf.put(row.get("pattern").asText(), row.get("intent").asText());
          assertTrue(before == null || before.equals(row.get("intent").asText()));
        });
    assertTrue(texts.size() >= 1500, texts.size() + " questions");
    assertTrue(languages.size() - 1 >= 30, languages.size() - 1 + " intents");
    Map<?, ?> answers = Sample.CUSTOMER_SERVICE.command().answers().orElseThrow().byLabel();
    languages.forEach((intent, spoken) -> {
      assertEquals(Set.of("en", "zh"), spoken, intent);
      assertEquals(!intent.equals("out-of-scope"), answers.containsKey(intent), intent);
    });
  }

  private static String read(String file) throws IOException {
    try (InputStream in = Sample.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
