package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
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
    if (isNothing(fact)) {
      return List.of();
    }
    // By call: where calls are rare, the facts of one share a lane, and so a batch.
    int lane = Math.floorMod(fact.callId().hashCode(), LANES);
    Key key = new Key(Keys.lane(lane), fact.key());
    return List.of(Write.put(key, Json.write(fact), Condition.ABSENT));
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
