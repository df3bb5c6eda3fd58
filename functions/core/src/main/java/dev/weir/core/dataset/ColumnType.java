package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the cells of a column hold. */
public enum ColumnType {
  /** A 64-bit whole number. */
  INTEGER,
  /** A finite decimal number. */
  NUMBER,
  /** {@code true} or {@code false}. */
  BOOLEAN,
  /** Any string. */
  TEXT;

  /** Whether a model can take it as a number. */
  public boolean numeric() {
    return this != TEXT;
  }

  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
