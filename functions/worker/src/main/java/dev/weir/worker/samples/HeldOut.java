package dev.weir.worker.samples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.worker.serve.ModelFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Questions that no answer of the customer-service set fits, in {@code
 * customer-service.held-out.txt}: no part of the dataset, so that no fitting has seen them.
 */
public final class HeldOut {

  private HeldOut() {}

  /**
   * A question.
   *
   * @param kind {@code near} where it sounds like a shop's, {@code far} where it does not
   * @param lang {@code zh} or {@code en}
   */
  public record Question(String kind, String lang, String text) {}

  /** All of them. */
  public static List<Question> questions() throws IOException {
    try (InputStream in = HeldOut.class.getResourceAsStream("customer-service.held-out.txt");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .map(parts -> new Question(parts[0], parts[1], parts[2]))
          .toList();
    }
  }

  /**
   * Asks a trained model, through the code that serves it.
   *
   * @return the share that it refuses: {@code all}, and by kind and language
   */
  public static Map<String, Double> refused(Path model) throws IOException {
    List<Question> questions = questions();
    Map<String, Integer> asked = new TreeMap<>();
    Map<String, Integer> refused = new TreeMap<>();
    try (ModelFolder folder = ModelFolder.open(model)) {
      List<JsonNode> said = folder.ask(questions.stream().map(Question::text).toList());
      for (int i = 0; i < said.size(); i++) {
        int no = said.get(i).get("answered").asBoolean() ? 0 : 1;
        for (String key : List.of("all", questions.get(i).kind(), questions.get(i).lang())) {
          asked.merge(key, 1, Integer::sum);
          refused.merge(key, no, Integer::sum);
        }
      }
    }
    Map<String, Double> shares = new TreeMap<>();
    asked.forEach((key, n) -> shares.put(key, (double) refused.getOrDefault(key, 0) / n));
    return shares;
  }
}
