/** Frozen text encoders through ONNX Runtime. */
@NullMarked
package dev.weir.worker.text;

import org.jspecify.annotations.NullMarked;
