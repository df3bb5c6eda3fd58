/** A whole deployment in one process: ports, handlers, channels, server. */
@NullMarked
package dev.weir.local.deploy;

import org.jspecify.annotations.NullMarked;
