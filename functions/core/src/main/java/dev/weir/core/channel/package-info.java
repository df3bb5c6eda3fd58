/** Configured channels: what came in, what must go out, and its acknowledgements. */
@NullMarked
package dev.weir.core.channel;

import org.jspecify.annotations.NullMarked;
