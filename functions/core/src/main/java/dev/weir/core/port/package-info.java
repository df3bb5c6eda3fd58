/** The outside world as six small interfaces; adapters implement them, use cases take them. */
@NullMarked
package dev.weir.core.port;

import org.jspecify.annotations.NullMarked;
