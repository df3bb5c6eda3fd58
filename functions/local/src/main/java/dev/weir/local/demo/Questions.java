package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Failure;
import dev.weir.worker.samples.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What customers ask: rows of the project's own bilingual set. */
final class Questions {

  private final List<String> chinese = new ArrayList<>();
  private final List<String> english = new ArrayList<>();

  Questions() {
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(Sample.CUSTOMER_SERVICE.open(), StandardCharsets.UTF_8))) {
      for (String line = rows.readLine(); line != null; line = rows.readLine()) {
        JsonNode row = Json.parseTree(line);
        String text = row.path("text").asText();
        boolean isChinese =
            text.codePoints()
                .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
        (isChinese ? chinese : english).add(text);
      }
    } catch (IOException e) {
      throw Failure.machine("the sample questions cannot be read", e);
    }
  }

  /** The i-th question, spread over the whole set so that neighbours differ in subject. */
  String chinese(int i) {
    return spread(chinese, i);
  }

  String english(int i) {
    return spread(english, i);
  }

  private static String spread(List<String> questions, int i) {
    return questions.get((int) ((i * 7919L + 13) % questions.size()));
  }
}
