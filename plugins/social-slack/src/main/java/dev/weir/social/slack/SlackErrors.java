package dev.weir.social.slack;

import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import java.util.Locale;
import java.util.Set;

/** Whose fault an {@code "ok": false} is. What is not listed will be the same next time. */
final class SlackErrors {

  private static final Set<String> LIMIT = Set.of("ratelimited", "rate_limited");

  private static final Set<String> PARTNER =
      Set.of(
          "internal_error",
          "fatal_error",
          "service_unavailable",
          "request_timeout",
          "team_added_to_org",
          "accesslimited");

  private static final int NAME_MAX_CHARS = 64;

  private SlackErrors() {}

  static ErrorCode code(String error) {
    if (LIMIT.contains(error)) {
      return ErrorCode.THROTTLED;
    }
    String name = error.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    String bounded = name.length() > NAME_MAX_CHARS ? name.substring(0, NAME_MAX_CHARS) : name;
    return new ErrorCode(bounded, PARTNER.contains(error) ? ErrorType.PARTNER : ErrorType.USER);
  }
}
