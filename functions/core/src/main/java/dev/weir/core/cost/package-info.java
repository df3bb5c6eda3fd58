/** What the cloud asks for the money path. */
@NullMarked
package dev.weir.core.cost;

import org.jspecify.annotations.NullMarked;
