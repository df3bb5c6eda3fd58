package dev.weir.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A failure that says whose fault it is. */
public final class ChannelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;
  private final long retryAfterMs;

  public ChannelException(ErrorCode code, String message) {
    this(code, message, -1, null);
  }

  /**
   * With a time to wait or a cause.
   *
   * @param retryAfterMs how long the other side asks to wait, or −1 where it does not say
   */
  public ChannelException(
      ErrorCode code, String message, long retryAfterMs, @Nullable Throwable cause) {
    super(code.name() + ": " + message, cause);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  public ErrorCode code() {
    return code;
  }

  public Optional<Long> retryAfterMs() {
    return retryAfterMs < 0 ? Optional.empty() : Optional.of(retryAfterMs);
  }
}
