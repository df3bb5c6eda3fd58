package dev.weir.core.dataset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Learns each column's narrowest type from all rows. */
final class SchemaInference {

  private final Format format;
  private final Map<String, ColumnType> types = new HashMap<>();
  private final Map<String, Long> filled = new HashMap<>();
  private long rows;

  SchemaInference(Format format) {
    this.format = format;
  }

  void accept(Line line) {
    if (line instanceof Line.Good good) {
      rows++;
      good.cells()
          .forEach((name, cell) -> {
            types.merge(name, Cells.narrowest(cell, format), Cells::join);
            filled.merge(name, 1L, Long::sum);
          });
    }
  }

  /** A column that is empty in every row is text; one that is never empty is required. */
  Schema schema(List<String> columns) {
    return Schema.of(
        columns.stream()
            .map(name ->
                new Column(
                    name,
                    types.getOrDefault(name, ColumnType.TEXT),
                    filled.getOrDefault(name, 0L) == rows))
            .toList());
  }
}
