/** The ports in memory: for tests, and for the simulator with its seeded faults. */
@NullMarked
package dev.weir.core.port.memory;

import org.jspecify.annotations.NullMarked;
