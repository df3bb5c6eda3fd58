package dev.weir.core.dataset;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Holds a row against a schema. */
final class RowCheck {

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Optional<String> subject;
  private final Format format;
  private final Forgotten forgotten;

  RowCheck(Schema schema, Format format, Forgotten forgotten) {
    this.forgotten = forgotten;
    this.subject = schema.subject();
    this.format = format;
    schema.columns().forEach(c -> columns.put(c.name(), c));
  }

  /** Whose words a typed row holds, by the column that says so. */
  static Optional<Subject> subject(Map<String, Object> cells, String column) {
    return cells.get(column) instanceof String cell ? Subject.parse(cell) : Optional.empty();
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
    return subject
        .flatMap(column -> wrongSubject(typed, column))
        .<Line>map(wrong -> new Line.Bad(row.line(), "column " + subject.get() + ": " + wrong))
        .orElseGet(() -> new Line.Good(row.line(), typed));
  }

  /** Without the cell: it may name somebody. */
  private Optional<String> wrongSubject(Map<String, Object> typed, String column) {
    Optional<Subject> who = subject(typed, column);
    if (who.isEmpty()) {
      return Optional.of("not of the form channel/binding/user");
    }
    return forgotten.includes(who.get())
        ? Optional.of("whoever this is asked to be forgotten; leave the row out")
        : Optional.empty();
  }
}
