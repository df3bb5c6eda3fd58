/**
 * What most plugins need and the JDK does not hand over in one piece: signatures, strict JSON,
 * forms, retry times. Small enough to be shaded into each plugin; no state, no I/O, thread-safe.
 */
@NullMarked
package dev.weir.kit;

import org.jspecify.annotations.NullMarked;
