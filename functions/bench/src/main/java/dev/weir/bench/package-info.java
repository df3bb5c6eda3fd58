/** Benchmarks that anyone can run: Weir's numbers beside a peer's or a limit's of the same run. */
@NullMarked
package dev.weir.bench;

import org.jspecify.annotations.NullMarked;
