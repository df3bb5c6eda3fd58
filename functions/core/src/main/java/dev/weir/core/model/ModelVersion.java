package dev.weir.core.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An immutable version.
 *
 * @param version from 1; numbers of completions that were lost are skipped
 * @param files each file of the artifact with the blob that holds it
 * @param metrics of the test part, by name
 */
public record ModelVersion(
    String name,
    int version,
    Task task,
    Map<String, ModelFile> files,
    Map<String, Double> metrics,
    Lineage lineage,
    Instant createdAt) {

  public ModelVersion {
    files = Map.copyOf(files);
    metrics = Map.copyOf(metrics);
  }

  /** {@code name:version}. */
  public String reference() {
    return name + ":" + version;
  }

  public Optional<String> blob(String file) {
    return Optional.ofNullable(files.get(file)).map(ModelFile::blob);
  }
}
