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
 * @param subjects whose words it holds, where the schema has a column for that
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
    Optional<Subjects> subjects,
    Instant createdAt) {

  /**
   * The people whose words are in it.
   *
   * @param blob their ids, see {@link Subject#id}, one a line
   */
  public record Subjects(String blob, int count) {}

  /** {@code name:version}. */
  public String reference() {
    return name + ":" + version;
  }
}
