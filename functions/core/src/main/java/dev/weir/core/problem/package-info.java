/** What went wrong, as RFC 9457 says it. */
@NullMarked
package dev.weir.core.problem;

import org.jspecify.annotations.NullMarked;
