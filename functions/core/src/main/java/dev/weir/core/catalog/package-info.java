/** Products, meters, plans and their price versions. */
@NullMarked
package dev.weir.core.catalog;

import org.jspecify.annotations.NullMarked;
