package dev.weir.core.dataset;

import java.time.Instant;
import java.util.Optional;

/**
 * An immutable version.
 *
 * @param version from 1
 * @param bytes and {@code sha256} of the file as sent
 * @param rowsBlob the good rows as JSON lines, values typed by the schema, keys in its order
 * @param answersBlob what to say for each label
 */
public record DatasetVersion(
    String name,
    int version,
    Format format,
    OnBadRow onBadRow,
    Schema schema,
    Profile profile,
    long bytes,
    String sha256,
    String rowsBlob,
    Optional<String> answersBlob,
    Instant createdAt) {

  /** {@code name:version}. */
  public String reference() {
    return name + ":" + version;
  }
}
