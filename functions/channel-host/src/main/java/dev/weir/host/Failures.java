package dev.weir.host;

import dev.weir.core.problem.Problem;
import dev.weir.spi.ChannelException;
import dev.weir.spi.RawResponse;

/** What a plugin's failure means for whoever waits, by its type and never by its text. */
final class Failures {

  private static final System.Logger LOG = System.getLogger(Failures.class.getName());

  private Failures() {}

  /** Whether the same call may work later. */
  static boolean retryable(ChannelException e) {
    return switch (e.code().type()) {
      case PARTNER, LIMIT -> true;
      case USER, BUG -> false;
    };
  }

  static RawResponse response(ChannelException e, String channelId) {
    log(e, channelId);
    long seconds = Math.max(1, e.retryAfterMs().orElse(5_000L) / 1000);
    return HttpEvents.problem(
        switch (e.code().type()) {
          case PARTNER -> Problem.badRequest("the payload cannot be read");
          case LIMIT -> Problem.tooMany("a limit is reached", seconds);
          case USER -> Problem.unavailable("the channel is not configured completely", seconds);
          case BUG -> Problem.of(500, "internal", "Our fault", "the channel's plugin failed");
        });
  }

  static void log(ChannelException e, String channelId) {
    System.Logger.Level level =
        switch (e.code().type()) {
          case BUG -> System.Logger.Level.ERROR;
          case USER, PARTNER, LIMIT -> System.Logger.Level.WARNING;
        };
    LOG.log(level, "channel " + channelId + ": " + e.getMessage(), e);
  }
}
