package dev.weir.core.dataset;

/**
 * A named column.
 *
 * @param required whether an empty cell breaks the schema
 */
public record Column(String name, ColumnType type, boolean required) {}
