package dev.weir.core.job;

import java.time.Instant;

/**
 * What was asked for; it never changes.
 *
 * @param model whose next version comes of it
 * @param recipe with defaults, on a pinned version of its dataset
 */
public record JobSpec(
    String id,
    String model,
    Recipe recipe,
    String datasetSha256,
    Estimate estimate,
    Instant submittedAt) {}
