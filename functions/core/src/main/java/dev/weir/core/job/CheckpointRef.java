package dev.weir.core.job;

/**
 * The newest checkpoint of a job.
 *
 * @param attempt that made it
 */
public record CheckpointRef(String blob, String sha256, long bytes, long step, int attempt) {}
