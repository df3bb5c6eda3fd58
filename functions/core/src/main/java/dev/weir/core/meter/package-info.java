/** Facts to sealed hours. */
@NullMarked
package dev.weir.core.meter;

import org.jspecify.annotations.NullMarked;
