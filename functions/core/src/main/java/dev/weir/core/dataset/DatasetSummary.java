package dev.weir.core.dataset;

import java.time.Instant;
import java.util.Optional;

/**
 * A version as lists show it.
 *
 * @param subjects how many people's words it holds, where it says so
 */
public record DatasetSummary(
    String name,
    int version,
    Format format,
    long rows,
    int columns,
    long bytes,
    Optional<Integer> subjects,
    Instant createdAt) {

  static DatasetSummary of(DatasetVersion v) {
    return new DatasetSummary(
        v.name(),
        v.version(),
        v.format(),
        v.profile().rows(),
        v.schema().columns().size(),
        v.bytes(),
        v.subjects().map(DatasetVersion.Subjects::count),
        v.createdAt());
  }
}
