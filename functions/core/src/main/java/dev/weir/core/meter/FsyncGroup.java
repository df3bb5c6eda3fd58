package dev.weir.core.meter;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The frames of callers that share one fsync. Its first caller writes for all, once the group
 * before is on disk; the others wait here and not for the journal's lock, so that hundreds of them
 * go on at once.
 */
final class FsyncGroup {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final FrameBlock frames;
  private @Nullable FsyncGroup before;
  private volatile @Nullable IOException failure;

  FsyncGroup(@Nullable FsyncGroup before, int capacity) {
    this.before = before;
    this.frames = new FrameBlock(capacity);
  }

  FrameBlock frames() {
    return frames;
  }

  /** Waits for the end of the group before, and lets go of it. */
  void awaitTurn() {
    if (before != null) {
      before.await();
      before = null;
    }
  }

  void end(@Nullable IOException failed) {
    failure = failed;
    ended.countDown();
  }

  /** Waits until it is on disk, or may not be; why it may not. */
  @Nullable IOException await() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }
}
