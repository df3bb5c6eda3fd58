package dev.weir.kit;

import dev.weir.spi.State;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which call an answer on the other side belongs to, so that a reaction to it becomes feedback. A
 * channel's state has few entries, so many answers share one; the oldest fall out first.
 *
 * <p>Two deliveries that write one entry at the same time may lose one of the two: a reaction is
 * then ignored. Nothing else hangs on it.
 */
public final class RecentAnswers {

  /** Entries of the channel's state that are used. */
  public static final int ENTRIES = 64;

  /** Answers remembered in one entry. */
  public static final int ANSWERS_PER_ENTRY = 100;

  /** The longest message id and call id together, in characters. */
  public static final int IDS_MAX_CHARS = 160;

  private static final Duration LIFE = Duration.ofDays(7);

  private final State state;
  private final InstantSource clock;

  public RecentAnswers(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /** Remembers an answer for seven days, or until {@link #ANSWERS_PER_ENTRY} others push it out. */
  public void put(String messageId, String callId) {
    if (messageId.length() + callId.length() > IDS_MAX_CHARS) {
      throw new IllegalArgumentException(
          "ids of " + (messageId.length() + callId.length()) + " > " + IDS_MAX_CHARS);
    }
    Deque<String> lines = lines(messageId);
    lines.addLast(messageId + "\t" + callId);
    while (lines.size() > ANSWERS_PER_ENTRY) {
      lines.removeFirst();
    }
    state.put(entry(messageId), String.join("\n", lines), clock.instant().plus(LIFE));
  }

  /** The call that the message answered, where it is still known. */
  public Optional<String> callOf(String messageId) {
    String prefix = messageId + "\t";
    return lines(messageId).stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .reduce((older, newer) -> newer);
  }

  private Deque<String> lines(String messageId) {
    Deque<String> lines = new ArrayDeque<>();
    state
        .get(entry(messageId))
        .ifPresent(value -> {
          for (String line : value.split("\n", -1)) {
            lines.addLast(line);
          }
        });
    return lines;
  }

  private static String entry(String messageId) {
    return "answer/" + Math.floorMod(messageId.hashCode(), ENTRIES);
  }
}
