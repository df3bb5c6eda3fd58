package dev.weir.core.dataset;

import java.time.Instant;

/** A version as lists show it. */
public record DatasetSummary(
    String name,
    int version,
    Format format,
    long rows,
    int columns,
    long bytes,
    Instant createdAt) {

  static DatasetSummary of(DatasetVersion v) {
    return new DatasetSummary(
        v.name(),
        v.version(),
        v.format(),
        v.profile().rows(),
        v.schema().columns().size(),
        v.bytes(),
        v.createdAt());
  }
}
