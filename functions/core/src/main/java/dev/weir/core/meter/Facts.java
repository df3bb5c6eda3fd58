package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Facts that are made durable by somebody's commit: a row under a lane, which {@link Lanes} adds up
 * and archives later. Stateless and thread-safe.
 */
public final class Facts {

  /** The lanes over which rows are spread. */
  public static final int LANES = 8;

  /** The most facts of a row. */
  public static final int ROW_FACTS_MAX = 16;

  /** How long {@link #once} remembers a fact: longer than any queue keeps a message. */
  public static final Duration ONCE = Duration.ofDays(30);

  private final InstantSource clock;
  private final Aggregations aggregations;

  public Facts(Ports ports) {
    this.clock = ports.clock();
    this.aggregations = new Aggregations(ports);
  }

  /**
   * The writes to include in the commit that makes the answer durable; none for a quantity of 0
   * that cannot change its hour. That commit must hold only once (a call row from Running to Done):
   * it is what counts the fact once.
   */
  public List<Write> writes(UsageFact fact) {
    return writes(List.of(fact));
  }

  /**
   * The same for the facts of one call, 1 to {@link #ROW_FACTS_MAX}: one row, since each is paid
   * for twice, when it is written and when it is deleted.
   */
  public List<Write> writes(List<UsageFact> facts) {
    if (facts.size() > ROW_FACTS_MAX) {
      throw new IllegalArgumentException("facts of a row " + facts.size() + " > " + ROW_FACTS_MAX);
    }
    List<UsageFact> some = facts.stream().filter(fact -> !isNothing(fact)).toList();
    if (some.isEmpty()) {
      return List.of();
    }
    UsageFact first = some.getFirst();
    // By call: where calls are rare, all that one counts shares a lane, and so a batch.
    int lane = Math.floorMod(first.callId().hashCode(), LANES);
    Key key = new Key(Keys.lane(lane), first.key());
    String body = some.size() == 1 ? Json.write(first) : Json.write(some);
    return List.of(Write.put(key, body, Condition.ABSENT));
  }

  /** The facts of a lane's row, which has the key of the first one. */
  static List<UsageFact> of(Item row) {
    return row.body().startsWith("[")
        ? List.of(Json.read(row.body(), UsageFact[].class))
        : List.of(Json.read(row.body(), UsageFact.class));
  }

  /**
   * Like {@link #writes}, for a commit that holds more than once: it is refused where the fact was
   * written in the last {@link #ONCE}. One more write per fact.
   */
  public List<Write> once(UsageFact fact) {
    if (isNothing(fact)) {
      return List.of();
    }
    Write marker =
        new Write.Put(
            Keys.once(fact.key()),
            "{}",
            Map.of(),
            Optional.of(clock.instant().plus(ONCE)),
            Condition.ABSENT);
    return List.of(writes(fact).getFirst(), marker);
  }

  private boolean isNothing(UsageFact fact) {
    return fact.quantity() == 0 && !aggregations.of(fact.meter()).countsZero();
  }
}
