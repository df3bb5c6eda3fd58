package dev.weir.core.dataset;

import java.util.Optional;

/**
 * Adds a version of a dataset.
 *
 * @param name {@code [a-z0-9-]{1,64}}
 * @param schema declared, or empty to infer one
 * @param answers what to say for each label, for text datasets that a model answers from
 */
public record AddDataset(
    String name,
    Format format,
    Optional<Schema> schema,
    OnBadRow onBadRow,
    Optional<Answers> answers) {

  public static AddDataset inferred(String name, Format format) {
    return new AddDataset(name, format, Optional.empty(), OnBadRow.REFUSE, Optional.empty());
  }
}
