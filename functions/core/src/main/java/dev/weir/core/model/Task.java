package dev.weir.core.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a model does. */
public enum Task {
  TABULAR_CLASSIFICATION,
  TABULAR_REGRESSION,
  TEXT_CLASSIFICATION;

  /** The name in recipes and {@code model.json}. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
