package dev.weir.core.dataset;

/**
 * A row that breaks the schema.
 *
 * @param line where it begins in the file, from 1
 */
public record BadRow(long line, String detail) {}
