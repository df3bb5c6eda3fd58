/** One way to write and read JSON. */
@NullMarked
package dev.weir.core.json;

import org.jspecify.annotations.NullMarked;
