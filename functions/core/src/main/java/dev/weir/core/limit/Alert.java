package dev.weir.core.limit;

import java.time.Instant;

/**
 * A month's budget was spent to a threshold: said once per threshold and month.
 *
 * @param month {@code yyyy-MM}, UTC
 * @param percent 50, 80 or 100
 * @param spent when that was seen
 * @param perMonth the budget then
 */
public record Alert(
    String limitId,
    String on,
    String of,
    String month,
    int percent,
    long spent,
    long perMonth,
    Instant at) {}
