package dev.weir.loader;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Holds a plugin's calls, while it reports, to what its manifest declares: so many a second,
 * evenly, and so many bytes each. Calls are spaced instead of counted, so that neither a queue that
 * is full after an outage nor a process that has just begun sends a burst. Thread-safe.
 */
public final class Pace {

  /** A request of more bytes than the other side takes; it was not sent. */
  public static final ErrorCode TOO_LARGE = new ErrorCode("REQUEST_TOO_LARGE", ErrorType.BUG);

  private static final ScopedValue<Pace> CURRENT = ScopedValue.newInstance();
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long spacingNanos;
  private final int bytesMax;
  private final LongSupplier nanoTime;
  private final LongConsumer sleeper;
  private long next;

  Pace(Manifest.Calls calls) {
    this(calls, System::nanoTime, Pace::sleep);
  }

  Pace(Manifest.Calls calls, LongSupplier nanoTime, LongConsumer sleeper) {
    this.spacingNanos = calls.perSecond().map(n -> NANOS_PER_SECOND / n).orElse(0L);
    this.bytesMax = calls.bytesMax().orElse(Limits.HTTP_REQUEST_MAX_BYTES);
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
    this.next = nanoTime.getAsLong();
  }

  /** Runs something whose HTTP calls keep to this pace. */
  <T> T call(Supplier<T> call) {
    return ScopedValue.where(CURRENT, this).call(call::get);
  }

  /**
   * Waits until the call may be made, where there is a pace to keep to.
   *
   * @throws ChannelException {@link #TOO_LARGE} where it has more bytes than are taken
   */
  static void await(int bytes) {
    if (CURRENT.isBound()) {
      CURRENT.get().waitFor(bytes);
    }
  }

  private void waitFor(int bytes) {
    if (bytes > bytesMax) {
      throw new ChannelException(
          TOO_LARGE, "request body " + bytes + " B > " + bytesMax + " B, as the manifest declares");
    }
    long wait = reserve();
    if (wait > 0) {
      sleeper.accept(wait);
    }
  }

  /** Takes the next place; how long it is until then. */
  private synchronized long reserve() {
    long now = nanoTime.getAsLong();
    long mine = Math.max(0, next - now);
    next = now + mine + spacingNanos;
    return mine;
  }

  private static void sleep(long nanos) {
    try {
      Thread.sleep(Duration.ofNanos(nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelException(
          ErrorCode.UNAVAILABLE, "interrupted while waiting for its turn", -1, e);
    }
  }
}
