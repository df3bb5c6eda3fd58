package dev.weir.core.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an upload is written. Both are UTF-8. */
public enum Format {
  /** RFC 4180 with a header line. */
  CSV,
  /** One JSON object of scalar values per line. */
  JSONL;

  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
