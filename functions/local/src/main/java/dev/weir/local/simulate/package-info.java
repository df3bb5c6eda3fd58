/**
 * A deployment in memory that a seed drives: the shipped classes of the money path, a clock that
 * jumps, hosts that die, markets that answer ambiguously, and a reference that counts what should
 * be.
 */
@NullMarked
package dev.weir.local.simulate;

import org.jspecify.annotations.NullMarked;
