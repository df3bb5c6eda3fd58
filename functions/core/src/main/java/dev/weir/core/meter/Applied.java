package dev.weir.core.meter;

/**
 * Where a source stands.
 *
 * @param seq the number of the last fact that was applied; all before it were, too
 */
public record Applied(long seq) {}
