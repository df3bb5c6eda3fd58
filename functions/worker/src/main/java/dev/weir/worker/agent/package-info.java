/** Keeps one attempt's contract with the gateway and runs the algorithm beside it. */
@NullMarked
package dev.weir.worker.agent;

import org.jspecify.annotations.NullMarked;
