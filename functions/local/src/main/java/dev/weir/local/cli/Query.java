package dev.weir.local.cli;

import org.jspecify.annotations.Nullable;

/**
 * The query of a URL: {@code ?a=b&c=d}, or empty.
 *
 * @param text as it is sent
 */
record Query(String text) {

  static Query of(String name, @Nullable Object value) {
    return new Query("").and(name, value);
  }

  /** With another parameter, where there is a value. */
  Query and(String name, @Nullable Object value) {
    return value == null
        ? this
        : new Query(
            text + (text.isEmpty() ? "?" : "&") + name + "=" + Api.encode(value.toString()));
  }

  @Override
  public String toString() {
    return text;
  }
}
