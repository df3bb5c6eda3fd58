package dev.weir.core.infer;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands an HTTP body's chunks to one reading thread, one at a time, so that a slow reader slows the
 * sender; reading waits a limited time, which a body's input stream cannot.
 */
final class ChunkSubscriber
    implements HttpResponse.BodySubscriber<String>, SseReader.Chunks, AutoCloseable {

  private sealed interface Signal {
    record Bytes(ByteBuffer buffer) implements Signal {}

    record End() implements Signal {}

    record Broken(Throwable cause) implements Signal {}
  }

  /** How often a reader looks whether anybody still listens, in milliseconds. */
  static final long PULSE_MS = 1000;

  /** What happens at each pulse; it throws where nobody listens any more. */
  interface Pulse {
    void beat() throws IOException;
  }

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final long idleMaxMs;
  private final Pulse pulse;
  private volatile Flow.@Nullable Subscription subscription;
  private long beatNanos = System.nanoTime();
  private int unread;

  /**
   * For one body.
   *
   * @param idleMaxMs the longest pause between two chunks
   */
  ChunkSubscriber(long idleMaxMs, Pulse pulse) {
    this.idleMaxMs = idleMaxMs;
    this.pulse = pulse;
  }

  /** At once, so that reading begins while the body still comes. */
  @Override
  public CompletionStage<String> getBody() {
    return CompletableFuture.completedStage("");
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    int total = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer joined = ByteBuffer.allocate(total);
    buffers.forEach(joined::put);
    signals.add(new Signal.Bytes(joined.flip()));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Signal.Broken(cause));
  }

  @Override
  public void onComplete() {
    signals.add(new Signal.End());
  }

  @Override
  public Optional<ByteBuffer> next() throws IOException {
    Flow.Subscription source = subscription;
    if (unread > 0 && source != null) {
      unread = 0;
      source.request(1);
    }
    Signal signal = poll();
    return switch (signal) {
      case Signal.Bytes(ByteBuffer buffer) -> {
        unread = 1;
        yield Optional.of(buffer);
      }
      case Signal.End _ -> Optional.empty();
      case Signal.Broken(Throwable cause) ->
          throw new IOException("the connection broke: " + cause.getMessage(), cause);
    };
  }

  private Signal poll() throws IOException {
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(idleMaxMs);
      while (true) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new HttpTimeoutException("nothing came for " + idleMaxMs + " ms");
        }
        long untilBeat = beatNanos + TimeUnit.MILLISECONDS.toNanos(PULSE_MS) - System.nanoTime();
        if (untilBeat <= 0) {
          beatNanos = System.nanoTime();
          pulse.beat();
          continue;
        }
        Signal signal = signals.poll(Math.min(left, untilBeat), TimeUnit.NANOSECONDS);
        if (signal != null) {
          return signal;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    Flow.Subscription source = subscription;
    if (source != null) {
      source.cancel();
    }
  }
}
