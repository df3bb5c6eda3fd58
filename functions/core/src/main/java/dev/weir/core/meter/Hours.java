package dev.weir.core.meter;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Hours of UTC, as the instants at which they begin and as numbers since 1970. */
public final class Hours {

  private static final long SECONDS = 3600;
  private static final DateTimeFormatter NAME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyyMMddHH")
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Hours() {}

  /** The beginning of the hour that holds the moment. */
  public static Instant of(Instant at) {
    return start(number(at));
  }

  static long number(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), SECONDS);
  }

  static Instant start(long number) {
    return Instant.ofEpochSecond(Math.multiplyExact(number, SECONDS));
  }

  /** {@code yyyyMMddHH}; sorts by time. */
  public static String name(Instant hour) {
    return NAME.format(hour);
  }

  /** The hour of such a name. */
  public static Instant parse(String name) {
    return Instant.from(NAME.parse(name));
  }
}
