package dev.weir.kit;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** When to try again, and whose fault an HTTP answer is. */
public final class Retry {

  /** A 4xx that will be the same next time. */
  public static final ErrorCode REFUSED = new ErrorCode("REFUSED", ErrorType.USER);

  /** The longest wait that is taken from an answer. */
  public static final Duration WAIT_MAX = Duration.ofHours(1);

  private static final Duration BASE = Duration.ofSeconds(1);
  private static final Duration CAP = Duration.ofMinutes(10);

  private Retry() {}

  /**
   * The wait after a failed attempt: 1 s doubling to 10 minutes, of which up to half is taken off
   * by {@code jitter} so that many that failed together do not come back together.
   *
   * @param attempt 1 after the first failure
   * @param jitter any byte, fresh from {@link dev.weir.spi.Ids#random}
   */
  public static Duration backoff(int attempt, byte jitter) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt " + attempt + " < 1");
    }
    long full = Math.min(CAP.toMillis(), BASE.toMillis() << Math.min(attempt - 1, 20));
    return Duration.ofMillis(full - full * (jitter & 0xff) / 512);
  }

  /**
   * The wait that a {@code Retry-After} header asks for: seconds or an HTTP date, not below zero
   * and not above {@link #WAIT_MAX}; empty where there is none or it is malformed.
   */
  public static Optional<Duration> after(Http.Response response, Instant now) {
    return response.header("retry-after").flatMap(value -> parse(value.strip(), now));
  }

  private static Optional<Duration> parse(String value, Instant now) {
    if (!value.isEmpty() && value.length() <= 9 && value.chars().allMatch(Retry::isDigit)) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(value))));
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(bounded(Duration.between(now, at)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
  }

  /**
   * The failure that an HTTP answer stands for; empty for 2xx. 408, 429 and 503 with {@code
   * Retry-After} are limits, 401 and 403 the configuration's fault, other 4xx a request that the
   * other side will never take, all else the other side's fault.
   *
   * @param what the call, for the message: {@code "chat.postMessage"}
   */
  public static Optional<ChannelException> failure(
      Http.Response response, String what, Instant now) {
    int status = response.status();
    if (status >= 200 && status < 300) {
      return Optional.empty();
    }
    Optional<Duration> wait = after(response, now);
    ErrorCode code = code(status, wait.isPresent());
    long waitMs = wait.map(Duration::toMillis).orElse(-1L);
    return Optional.of(new ChannelException(code, what + " answered " + status, waitMs, null));
  }

  private static ErrorCode code(int status, boolean namesWait) {
    if (status == 429 || status == 408 || (status == 503 && namesWait)) {
      return ErrorCode.THROTTLED;
    }
    if (status == 401 || status == 403) {
      return ErrorCode.UNAUTHORIZED;
    }
    if (status == 404 || status == 410) {
      return ErrorCode.NOT_FOUND;
    }
    if (status >= 400 && status < 500) {
      return REFUSED;
    }
    return ErrorCode.UNAVAILABLE;
  }
}
