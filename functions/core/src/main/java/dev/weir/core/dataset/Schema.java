package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The columns of a dataset, in order, with distinct names. */
public record Schema(List<Column> columns) {

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
  }

  public Optional<Column> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  @JsonIgnore
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }
}
