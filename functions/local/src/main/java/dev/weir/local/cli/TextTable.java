package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text; Chinese characters take two cells of a terminal. */
public final class TextTable {

  private static final int GAP = 2;

  private final List<List<String>> rows = new ArrayList<>();
  private final String alignment;

  /**
   * Starts a table.
   *
   * @param alignment one letter a column: l or r
   */
  public TextTable(String alignment, String... headers) {
    if (alignment.length() != headers.length) {
      throw new IllegalArgumentException(
          alignment.length() + " alignments != " + headers.length + " headers");
    }
    this.alignment = alignment;
    rows.add(List.of(headers));
  }

  static TextTable of(JsonNode items, Column... columns) {
    StringBuilder alignment = new StringBuilder();
    for (Column column : columns) {
      alignment.append(column.right() ? 'r' : 'l');
    }
    TextTable table =
        new TextTable(
            alignment.toString(),
            Arrays.stream(columns).map(Column::header).toArray(String[]::new));
    items.forEach(
        item -> table.row(Arrays.stream(columns).map(c -> c.cell().apply(item)).toArray()));
    return table;
  }

  public TextTable row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(printable(String.valueOf(cell)));
    }
    rows.add(row);
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[alignment.length()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - width(row.get(i)));
        boolean right = alignment.charAt(i) == 'r';
        line.append(right ? pad + row.get(i) : row.get(i) + pad).append(" ".repeat(GAP));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** What strangers wrote must not move the cursor. */
  static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Cells of a terminal. */
  static int width(String text) {
    return text.codePoints().map(c -> isWide(c) ? 2 : 1).sum();
  }

  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115f)
        || (c >= 0x2e80 && c <= 0xa4cf)
        || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f)
        || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0x1f300 && c <= 0x1faff)
        || (c >= 0x20000 && c <= 0x3fffd);
  }
}
