package dev.weir.worker.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of a dataset version, as Weir stored them: JSON lines with typed values. */
public record Rows(List<JsonNode> rows) {

  public Rows {
    rows = List.copyOf(rows);
  }

  /** Reads all rows into memory. */
  public static Rows read(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          rows.add(Json.MAPPER.readTree(line));
        }
      }
    }
    if (rows.isEmpty()) {
      throw new DataException("no rows in " + file.getFileName());
    }
    return new Rows(rows);
  }

  public int size() {
    return rows.size();
  }

  /** The columns of the first row, which has all of them. */
  public List<String> columns() {
    List<String> names = new ArrayList<>();
    rows.getFirst().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The cells of a column as strings; an empty one is refused. */
  public List<String> strings(String column) {
    List<String> cells = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode cell = rows.get(i).path(column);
      if (cell.isMissingNode() || cell.isNull()) {
        throw new DataException("row " + (i + 1) + ": column '" + column + "' is empty");
      }
      cells.add(cell.asText());
    }
    return cells;
  }

  /** The cells of a column as numbers, booleans as 0 and 1; empty ones where there is nothing. */
  public List<Optional<Float>> numbers(String column) {
    List<Optional<Float>> cells = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode cell = rows.get(i).path(column);
      if (cell.isNumber()) {
        cells.add(Optional.of(cell.floatValue()));
      } else if (cell.isBoolean()) {
        cells.add(Optional.of(cell.booleanValue() ? 1f : 0f));
      } else if (cell.isNull() || cell.isMissingNode()) {
        cells.add(Optional.empty());
      } else {
        throw new DataException(
            "row " + (i + 1) + ": column '" + column + "' holds " + cell + ", not a number");
      }
    }
    return cells;
  }
}
