/** Named, versioned, content-addressed training data with a profile. */
@NullMarked
package dev.weir.core.dataset;

import org.jspecify.annotations.NullMarked;
