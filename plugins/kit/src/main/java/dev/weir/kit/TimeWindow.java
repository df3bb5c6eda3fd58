package dev.weir.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a signed time may be from now, into the past <em>and</em> into the future: a one-sided
 * window lets a captured request be signed for next year.
 *
 * @param tolerance inclusive on both sides
 */
public record TimeWindow(Duration tolerance) {

  /** Five minutes, what most platforms ask for. */
  public static final TimeWindow FIVE_MINUTES = new TimeWindow(Duration.ofMinutes(5));

  public TimeWindow {
    if (tolerance.isNegative()) {
      throw new IllegalArgumentException("tolerance " + tolerance + " < 0");
    }
  }

  public boolean contains(Instant signed, Instant now) {
    return Duration.between(signed, now).abs().compareTo(tolerance) <= 0;
  }

  /** A time of decimal seconds since 1970, or empty where it is not one of 1 to 11 digits. */
  public static Optional<Instant> epochSeconds(String text) {
    return number(text, 11).map(Instant::ofEpochSecond);
  }

  /** A time of decimal milliseconds since 1970, or empty where it is not one of 1 to 14 digits. */
  public static Optional<Instant> epochMillis(String text) {
    return number(text, 14).map(Instant::ofEpochMilli);
  }

  private static Optional<Long> number(String text, int digitsMax) {
    if (text.isEmpty() || text.length() > digitsMax) {
      return Optional.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(Long.parseLong(text));
  }
}
