package dev.weir.core.dataset;

import java.util.Optional;
import java.util.regex.Pattern;

/** Turns what a file says into a value of a column's type. */
final class Cells {

  // No leading zeros: "007" names something, it does not count it.
  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");

  private static final int QUOTED_MAX_CHARS = 40;

  private Cells() {}

  /** The narrowest type of a cell; a CSV cell is read for what it looks like. */
  static ColumnType narrowest(Object cell, Format format) {
    return switch (cell) {
      case Long _ -> ColumnType.INTEGER;
      case Double _ -> ColumnType.NUMBER;
      case Boolean _ -> ColumnType.BOOLEAN;
      case String text when format == Format.CSV -> looksLike(text);
      default -> ColumnType.TEXT;
    };
  }

  private static ColumnType looksLike(String text) {
    if (WHOLE.matcher(text).matches()) {
      return ColumnType.INTEGER;
    }
    if (decimal(text).isPresent() && (text.length() < 2 || !leadingZero(text))) {
      return ColumnType.NUMBER;
    }
    return text.equals("true") || text.equals("false") ? ColumnType.BOOLEAN : ColumnType.TEXT;
  }

  private static boolean leadingZero(String text) {
    return text.charAt(0) == '0' && Character.isDigit(text.charAt(1));
  }

  /** The narrowest type that holds both. */
  static ColumnType join(ColumnType a, ColumnType b) {
    if (a == b) {
      return a;
    }
    boolean numbers =
        (a == ColumnType.INTEGER || a == ColumnType.NUMBER)
            && (b == ColumnType.INTEGER || b == ColumnType.NUMBER);
    return numbers ? ColumnType.NUMBER : ColumnType.TEXT;
  }

  /** The typed value, or empty where the cell is not of the column's type. */
  static Optional<Object> typed(Object cell, ColumnType type, Format format) {
    boolean read = format == Format.CSV;
    return switch (type) {
      case TEXT -> cell instanceof String ? Optional.of(cell) : Optional.empty();
      case BOOLEAN ->
          switch (cell) {
            case Boolean _ -> Optional.of(cell);
            case String s when read && s.equals("true") -> Optional.of(true);
            case String s when read && s.equals("false") -> Optional.of(false);
            default -> Optional.empty();
          };
      case INTEGER ->
          switch (cell) {
            case Long _ -> Optional.of(cell);
            case String s when read && WHOLE.matcher(s).matches() -> Optional.of(Long.parseLong(s));
            default -> Optional.empty();
          };
      case NUMBER ->
          switch (cell) {
            case Double _ -> Optional.of(cell);
            case Long whole -> Optional.of(whole.doubleValue());
            case String s when read -> decimal(s).map(d -> d);
            default -> Optional.empty();
          };
    };
  }

  private static Optional<Double> decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  /** The cell in quotes, cut where it is long. */
  static String quoted(Object cell) {
    String text = String.valueOf(cell);
    return text.length() <= QUOTED_MAX_CHARS
        ? "'" + text + "'"
        : "'" + text.substring(0, QUOTED_MAX_CHARS) + "…'";
  }
}
