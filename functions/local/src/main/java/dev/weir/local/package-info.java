/** Weir on one machine. */
@NullMarked
package dev.weir.local;

import org.jspecify.annotations.NullMarked;
