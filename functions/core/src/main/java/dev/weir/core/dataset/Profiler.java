package dev.weir.core.dataset;

import dev.weir.core.dataset.Profile.ColumnProfile;
import dev.weir.core.dataset.Profile.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts what typed rows hold. */
final class Profiler {

  private final Schema schema;
  private final DatasetLimits limits;
  private final List<Counts> counts = new ArrayList<>();
  // 64 bits of a row: at a million rows two different ones collide once in 30 million uploads.
  private final Set<Long> seen = new HashSet<>();
  private final List<BadRow> bad = new ArrayList<>();
  private long rows;
  private long badRows;
  private long duplicates;

  Profiler(Schema schema, DatasetLimits limits) {
    this.schema = schema;
    this.limits = limits;
    schema.columns().forEach(_ -> counts.add(new Counts()));
  }

  void bad(Line.Bad row) {
    badRows++;
    if (bad.size() < limits.badRowsMax()) {
      bad.add(new BadRow(row.line(), row.detail()));
    }
  }

  void good(Line.Good row) {
    rows++;
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < counts.size(); i++) {
      Object cell = row.cells().get(schema.columns().get(i).name());
      counts.get(i).add(cell, limits.classesMax());
      String text = cell == null ? "\0" : cell.toString();
      for (int j = 0; j < text.length(); j++) {
        hash = (hash ^ text.charAt(j)) * 0x100000001b3L;
      }
      hash = (hash ^ 0xffff) * 0x100000001b3L;
    }
    if (!seen.add(hash)) {
      duplicates++;
    }
  }

  long rows() {
    return rows;
  }

  Profile profile() {
    List<ColumnProfile> columns = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      Column column = schema.columns().get(i);
      ColumnProfile profile = counts.get(i).profile(column, limits.classesMax());
      boolean people = schema.subject().equals(Optional.of(column.name()));
      columns.add(people ? profile.withoutValues() : profile);
    }
    return new Profile(rows, duplicates, badRows, bad, columns);
  }

  private static final class Counts {
    private final Map<String, Long> values = new HashMap<>();
    private boolean many;
    private long nulls;
    private long numbers;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;

    void add(@Nullable Object cell, int classesMax) {
      if (cell == null) {
        nulls++;
        return;
      }
      if (!many) {
        values.merge(cell.toString(), 1L, Long::sum);
        many = values.size() > classesMax;
      }
      if (cell instanceof Number number) {
        double value = number.doubleValue();
        numbers++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
      }
    }

    ColumnProfile profile(Column column, int classesMax) {
      return new ColumnProfile(
          column.name(),
          column.type(),
          nulls,
          many ? classesMax : values.size(),
          many ? Map.of() : Map.copyOf(values),
          numbers == 0 ? Optional.empty() : Optional.of(new Range(min, max, sum / numbers)));
    }
  }
}
