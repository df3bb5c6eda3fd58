/**
 * Loads one plugin strictly and makes its world. Knows the SPI and PF4J, nothing of what Weir does.
 */
@NullMarked
package dev.weir.loader;

import org.jspecify.annotations.NullMarked;
