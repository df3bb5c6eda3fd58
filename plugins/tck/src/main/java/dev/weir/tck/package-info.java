/**
 * What a plugin must pass, and the world in which it is tried. A suite is an abstract JUnit class:
 * extend it, hand over fixtures, run.
 */
@NullMarked
package dev.weir.tck;

import org.jspecify.annotations.NullMarked;
