/**
 * A disk in memory that loses power: what was not forced may be gone, torn or garbled, and names
 * that were made or removed may be as they were before.
 */
@NullMarked
package dev.weir.local.simulate.disk;

import org.jspecify.annotations.NullMarked;
