/** Small public or generated datasets with their recipes, for trying and for measuring. */
@NullMarked
package dev.weir.worker.samples;

import org.jspecify.annotations.NullMarked;
