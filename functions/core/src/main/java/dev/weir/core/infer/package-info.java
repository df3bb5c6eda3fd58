/** Calls: entitlement, endpoint, answer, and the fact that is made with it. */
@NullMarked
package dev.weir.core.infer;

import org.jspecify.annotations.NullMarked;
