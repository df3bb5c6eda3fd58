/** A reseller as a channel: accounts come in, sealed usage and settlements go out, all signed. */
@NullMarked
package dev.weir.plugin.reseller;

import org.jspecify.annotations.NullMarked;
