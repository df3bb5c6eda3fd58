package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of a dataset, in order, with distinct names.
 *
 * @param subject the column that says whose words a row holds, see {@link Subject}; where it is
 *     declared, every row must say so
 */
public record Schema(List<Column> columns, Optional<String> subject) {

  public Schema {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new ProblemException(Problem.invalid("schema has 0 columns"));
    }
    Set<String> seen = new HashSet<>();
    for (Column column : columns) {
      if (column.name().isBlank()) {
        throw new ProblemException(Problem.invalid("schema has a column without a name"));
      }
      if (!seen.add(column.name())) {
        throw new ProblemException(
            Problem.invalid("schema names column '" + column.name() + "' twice"));
      }
    }
    for (String name : subject.stream().toList()) {
      if (columns.stream().noneMatch(c -> c.name().equals(name) && c.type() == ColumnType.TEXT)) {
        throw new ProblemException(
            Problem.invalid("schema's subject '" + name + "' is not one of its text columns"));
      }
    }
  }

  /** Without subjects. */
  public static Schema of(List<Column> columns) {
    return new Schema(columns, Optional.empty());
  }

  public Optional<Column> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  @JsonIgnore
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }
}
