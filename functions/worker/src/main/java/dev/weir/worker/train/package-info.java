/** The algorithm: loop, optimisers, checkpoints and artifact; DJL gives tensors and autograd. */
@NullMarked
package dev.weir.worker.train;

import org.jspecify.annotations.NullMarked;
