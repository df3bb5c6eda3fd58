/** Immutable model versions with lineage, and the aliases that move over them. */
@NullMarked
package dev.weir.core.model;

import org.jspecify.annotations.NullMarked;
