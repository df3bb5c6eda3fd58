package dev.weir.local.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The machine's clock plus an offset that survives restarts. The offset only grows: hours that were
 * sealed in the future of the machine's clock must stay in the past of this one.
 *
 * <p>Thread-safe.
 */
public final class MovableClock implements InstantSource {

  /** The furthest that one move goes. */
  public static final Duration MOVE_MAX = Duration.ofDays(400);

  private final InstantSource base;
  private final Path file;
  private volatile long offsetMs;

  private MovableClock(InstantSource base, Path file, long offsetMs) {
    this.base = base;
    this.file = file;
    this.offsetMs = offsetMs;
  }

  /** Reads the offset from the file; 0 where there is none yet. */
  public static MovableClock open(InstantSource base, Path file) throws IOException {
    long offsetMs = 0;
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      try {
        offsetMs = Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new IOException(file + " holds no number of milliseconds: " + text, e);
      }
    }
    return new MovableClock(base, file, offsetMs);
  }

  @Override
  public Instant instant() {
    return base.instant().plusMillis(offsetMs);
  }

  /** How far this clock is ahead of the machine's, in milliseconds. */
  public long offsetMs() {
    return offsetMs;
  }

  /**
   * Moves the clock forward, durably.
   *
   * @throws IllegalArgumentException where the move is negative or beyond {@link #MOVE_MAX}
   */
  public synchronized Instant advance(Duration by) {
    if (by.isNegative() || by.compareTo(MOVE_MAX) > 0) {
      throw new IllegalArgumentException("move " + by + " not in PT0S to " + MOVE_MAX);
    }
    long moved = offsetMs + by.toMillis();
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(temporary, Long.toString(moved).getBytes(StandardCharsets.UTF_8));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the clock's offset cannot be kept in " + file, e);
    }
    offsetMs = moved;
    return instant();
  }
}
