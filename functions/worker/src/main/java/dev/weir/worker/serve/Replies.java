package dev.weir.worker.serve;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** {@code answers.json}: what is said for a label, by language ({@code zh}, {@code en}). */
record Replies(Map<String, Map<String, String>> byLabel) {

  static Replies read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new Replies(Map.of());
    }
    return new Replies(Json.MAPPER.readValue(Files.readString(file), new TypeReference<>() {}));
  }

  /** In the language of the question, or in another where there is no such answer. */
  Optional<String> to(String label, String question) {
    Map<String, String> answers = byLabel.getOrDefault(label, Map.of());
    String wanted = answers.get(chinese(question) ? "zh" : "en");
    return Optional.ofNullable(wanted).or(() -> answers.values().stream().findFirst());
  }

  /** Whether a Han character occurs. */
  static boolean chinese(String text) {
    return text.codePoints()
        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }
}
