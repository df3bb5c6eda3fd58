package dev.weir.core.dataset;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an upload holds.
 *
 * @param rows stored
 * @param duplicates rows equal to an earlier one
 * @param badRows dropped
 * @param bad the first of them
 */
public record Profile(
    long rows, long duplicates, long badRows, List<BadRow> bad, List<ColumnProfile> columns) {

  public Profile {
    bad = List.copyOf(bad);
    columns = List.copyOf(columns);
  }

  public Optional<ColumnProfile> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /**
   * One column.
   *
   * @param nulls empty cells
   * @param distinct how many different values, or the limit where there are more
   * @param values how often each value occurs, where there are few enough; the class balance
   * @param range of numbers
   */
  public record ColumnProfile(
      String name,
      ColumnType type,
      long nulls,
      int distinct,
      Map<String, Long> values,
      Optional<Range> range) {

    /** For a column that names people: how many, not who. */
    ColumnProfile withoutValues() {
      return new ColumnProfile(name, type, nulls, distinct, Map.of(), range);
    }
  }

  /** Smallest, largest and mean of a numeric column. */
  public record Range(double min, double max, double mean) {}
}
