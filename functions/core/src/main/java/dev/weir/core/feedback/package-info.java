/** What customers say back. */
@NullMarked
package dev.weir.core.feedback;

import org.jspecify.annotations.NullMarked;
