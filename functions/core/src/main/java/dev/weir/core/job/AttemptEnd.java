package dev.weir.core.job;

import java.time.Instant;

/**
 * An attempt that is over.
 *
 * @param micros what it cost at the job's compute rate
 */
public record AttemptEnd(
    int attempt, Instant startedAt, Instant endedAt, long micros, String reason) {}
