/** The programs in the container: {@code agent}, {@code train}, {@code serve}. */
@NullMarked
package dev.weir.worker;

import org.jspecify.annotations.NullMarked;
