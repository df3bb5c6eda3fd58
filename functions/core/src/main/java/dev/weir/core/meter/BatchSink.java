package dev.weir.core.meter;

import java.io.IOException;

/** Where a journal's batches go: {@link ApplyBatch}, or HTTP to it. */
@FunctionalInterface
public interface BatchSink {

  /**
   * Applies a batch.
   *
   * @throws IOException where it is not known whether it was applied; sending it again is harmless
   */
  Applied apply(UsageBatch batch) throws IOException;
}
