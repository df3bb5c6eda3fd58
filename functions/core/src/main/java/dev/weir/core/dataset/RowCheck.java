package dev.weir.core.dataset;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Holds a row against a schema. */
final class RowCheck {

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Format format;

  RowCheck(Schema schema, Format format) {
    this.format = format;
    schema.columns().forEach(c -> columns.put(c.name(), c));
  }

  /** The typed cells, or the first violation. */
  Line check(Line.Good row) {
    Map<String, Object> typed = HashMap.newHashMap(columns.size());
    for (Column column : columns.values()) {
      Object cell = row.cells().get(column.name());
      if (cell == null) {
        if (column.required()) {
          return new Line.Bad(row.line(), "column " + column.name() + ": empty, but required");
        }
        continue;
      }
      Optional<Object> value = Cells.typed(cell, column.type(), format);
      if (value.isEmpty()) {
        return new Line.Bad(
            row.line(),
            "column %s: %s is not %s"
                .formatted(column.name(), Cells.quoted(cell), column.type().wireName()));
      }
      typed.put(column.name(), value.get());
    }
    for (String name : row.cells().keySet()) {
      if (!columns.containsKey(name)) {
        return new Line.Bad(row.line(), "column " + name + " is not in the schema");
      }
    }
    return new Line.Good(row.line(), typed);
  }
}
