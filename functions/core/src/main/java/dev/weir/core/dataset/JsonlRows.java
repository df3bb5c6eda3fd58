package dev.weir.core.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object of scalars per line. Empty lines are skipped. */
final class JsonlRows {

  private static final int LINE_MAX_CHARS = 1 << 20;

  private JsonlRows() {}

  /** Returns the columns in the order in which they first appear. */
  static List<String> read(BufferedReader reader, DatasetLimits limits, Consumer<Line> rows)
      throws IOException {
    Set<String> columns = new LinkedHashSet<>();
    long number = 0;
    for (String text = line(reader, 1); text != null; text = line(reader, number + 1)) {
      number++;
      if (text.isBlank()) {
        continue;
      }
      Line line = row(number, text, limits);
      if (line instanceof Line.Good good) {
        columns.addAll(good.cells().keySet());
        if (columns.size() > limits.columnsMax()) {
          throw new ProblemException(
              Problem.tooLarge(
                  "line " + number + ": columns " + columns.size() + " > " + limits.columnsMax()));
        }
      }
      rows.accept(line);
    }
    return List.copyOf(columns);
  }

  private static @Nullable String line(BufferedReader reader, long number) throws IOException {
    StringBuilder text = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (text.length() == LINE_MAX_CHARS) {
        throw new ProblemException(
            Problem.tooLarge("line " + number + " is longer than " + LINE_MAX_CHARS));
      }
      text.append((char) c);
      c = reader.read();
    }
    return text.toString();
  }

  private static Line row(long number, String text, DatasetLimits limits) {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      String first = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      return new Line.Bad(number, "malformed JSON: " + first);
    }
    if (!node.isObject()) {
      return new Line.Bad(number, "not a JSON object");
    }
    Map<String, Object> cells = HashMap.newHashMap(node.size());
    List<String> broken = new ArrayList<>();
    node.properties()
        .forEach(field -> {
          Object cell = scalar(field.getValue());
          if (cell == null && !field.getValue().isNull()) {
            broken.add("column " + field.getKey() + ": not a string, number, or boolean");
          } else if (cell instanceof String s && s.length() > limits.cellMaxChars()) {
            broken.add(
                "column %s: %d characters > %d"
                    .formatted(field.getKey(), s.length(), limits.cellMaxChars()));
          } else if (cell != null) {
            cells.put(field.getKey(), cell);
          }
        });
    return broken.isEmpty()
        ? new Line.Good(number, cells)
        : new Line.Bad(number, broken.getFirst());
  }

  private static @Nullable Object scalar(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    return value.isNumber() && Double.isFinite(value.doubleValue()) ? value.doubleValue() : null;
  }
}
