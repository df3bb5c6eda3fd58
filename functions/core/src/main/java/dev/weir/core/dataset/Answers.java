package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Map;
import java.util.TreeMap;

/** What a model says for a label, by language ({@code zh}, {@code en}). */
public record Answers(@JsonValue Map<String, Map<String, String>> byLabel) {

  /** The most labels that may have answers. */
  public static final int LABELS_MAX = 1000;

  /** The longest answer, in characters. */
  public static final int ANSWER_MAX_CHARS = 4000;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Answers {
    if (byLabel.size() > LABELS_MAX) {
      throw new ProblemException(
          Problem.tooLarge("answers for " + byLabel.size() + " labels > " + LABELS_MAX));
    }
    Map<String, Map<String, String>> copy = new TreeMap<>();
    byLabel.forEach((label, texts) -> copy.put(label, checked(label, texts)));
    byLabel = Map.copyOf(copy);
  }

  private static Map<String, String> checked(String label, Map<String, String> texts) {
    texts.forEach((language, text) -> {
      if (text.isBlank() || text.length() > ANSWER_MAX_CHARS) {
        throw new ProblemException(
            Problem.invalid(
                "answer '%s' in %s has %d characters, not 1..%d"
                    .formatted(label, language, text.length(), ANSWER_MAX_CHARS)));
      }
    });
    return Map.copyOf(texts);
  }
}
