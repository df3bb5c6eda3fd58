package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of an upload that has rows breaking the schema. They are reported either way. */
public enum OnBadRow {
  /** Nothing is stored. */
  REFUSE,
  /** The good rows are stored, and the profile counts the dropped ones. */
  DROP;

  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
