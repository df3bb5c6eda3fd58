/** Rows as numbers: loading, splitting, batching, and the seeded random numbers under them. */
@NullMarked
package dev.weir.worker.data;

import org.jspecify.annotations.NullMarked;
