package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Onboardings that wait for their applicant to come back. Each is known by a nonce, is taken by one
 * caller at a time and, once it has ended, never again. Thread-safe.
 */
public final class Onboardings {

  /** How long an applicant may take. */
  public static final Duration LIFETIME = Duration.ofHours(1);

  /** How long a turn may take before another caller may take it. */
  public static final Duration TURN_MAX = Duration.ofSeconds(60);

  /** What a plugin may keep between two steps, in characters. */
  public static final int DATA_MAX_CHARS = 4096;

  private final Ports ports;

  public Onboardings(Ports ports) {
    this.ports = ports;
  }

  /**
   * What is kept between two steps.
   *
   * @param callback the URL that the applicant comes back to
   * @param data what the plugin asked to keep
   * @param browserSha256 of the cookie that the applicant's browser must bring back, hex
   * @param fields what the applicant was asked for, as the host wrote it; empty without a form
   */
  public record Pending(String callback, String data, String browserSha256, String fields) {
    public Pending {
      if (data.length() > DATA_MAX_CHARS) {
        throw new IllegalArgumentException(
            "onboarding data " + data.length() + " > " + DATA_MAX_CHARS + " characters");
      }
    }
  }

  /** A try to go on. */
  public sealed interface Taken {

    /** It is yours until {@link #TURN_MAX} has passed. */
    record Turn(String channelId, String state, Pending pending, long version) implements Taken {}

    /** Unknown, or too old. */
    record Absent() implements Taken {}

    /** Another caller is at it. */
    record Busy() implements Taken {}

    /** It has ended; a nonce works once. */
    record Used() implements Taken {}
  }

  private record Row(Pending pending, Phase phase, Optional<Instant> takenUntil) {}

  private enum Phase {
    WAITING,
    TAKEN,
    USED
  }

  /** Begins to wait. */
  public void begin(String channelId, String state, Pending pending) {
    Row row = new Row(pending, Phase.WAITING, Optional.empty());
    commit(channelId, state, row, Condition.ABSENT);
  }

  /** Without taking it: what is kept, where it still waits. */
  public Optional<Pending> peek(String channelId, String state) {
    return ports
        .table()
        .get(Keys.onboarding(channelId, state))
        .map(item -> Json.read(item.body(), Row.class))
        .filter(row -> row.phase() != Phase.USED)
        .map(Row::pending);
  }

  /** Takes it for one turn. */
  public Taken take(String channelId, String state) {
    Optional<Item> item = ports.table().get(Keys.onboarding(channelId, state));
    if (item.isEmpty()) {
      return new Taken.Absent();
    }
    Row row = Json.read(item.get().body(), Row.class);
    Instant now = ports.clock().instant();
    return switch (row.phase()) {
      case USED -> new Taken.Used();
      case TAKEN ->
          row.takenUntil().filter(now::isBefore).isPresent()
              ? new Taken.Busy()
              : takeAt(channelId, state, row.pending(), item.get().version());
      case WAITING -> takeAt(channelId, state, row.pending(), item.get().version());
    };
  }

  private Taken takeAt(String channelId, String state, Pending pending, long version) {
    Instant until = ports.clock().instant().plus(TURN_MAX);
    Row row = new Row(pending, Phase.TAKEN, Optional.of(until));
    return commit(channelId, state, row, Condition.atVersion(version))
        ? new Taken.Turn(channelId, state, pending, version + 1)
        : new Taken.Busy();
  }

  /** Ends a turn by waiting again, for the next step. */
  public void waitAgain(Taken.Turn turn, Pending next) {
    finish(turn, new Row(next, Phase.WAITING, Optional.empty()));
  }

  /** Ends a turn for good. */
  public void end(Taken.Turn turn) {
    finish(turn, new Row(turn.pending(), Phase.USED, Optional.empty()));
  }

  private void finish(Taken.Turn turn, Row row) {
    if (!commit(turn.channelId(), turn.state(), row, Condition.atVersion(turn.version()))) {
      throw new PortException("the onboarding's turn was lost (channel " + turn.channelId() + ")");
    }
  }

  private boolean commit(String channelId, String state, Row row, Condition condition) {
    Key key = Keys.onboarding(channelId, state);
    Instant expires = ports.clock().instant().plus(LIFETIME);
    Write put = Write.put(key, Json.write(row), expires, condition);
    return switch (Tables.commit(ports.table(), List.of(put))) {
      case Outcome.Applied() -> true;
      case Outcome.Refused(int index) -> false;
      case Outcome.Conflict(), Outcome.Unknown() ->
          throw new PortException("onboarding may not be stored (channel " + channelId + ")");
    };
  }
}
