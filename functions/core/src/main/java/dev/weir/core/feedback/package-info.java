/** What people say about answers, and who must be forgotten. */
@NullMarked
package dev.weir.core.feedback;

import org.jspecify.annotations.NullMarked;
