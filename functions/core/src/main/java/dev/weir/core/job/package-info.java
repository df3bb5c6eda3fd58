/** Training jobs: recipes, attempts, fencing and completion. */
@NullMarked
package dev.weir.core.job;

import org.jspecify.annotations.NullMarked;
