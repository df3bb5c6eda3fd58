/** Answers calls: models over HTTP, in greedy batches, with usage in a journal. */
@NullMarked
package dev.weir.worker.serve;

import org.jspecify.annotations.NullMarked;
