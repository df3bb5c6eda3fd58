package dev.weir.core.port;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One write of a commit. A commit holds at most one write per key. */
public sealed interface Write {

  Key key();

  Condition condition();

  /**
   * Replaces body, counters and expiry.
   *
   * @param body JSON text, at most {@link Table#BODY_MAX_BYTES}
   */
  record Put(
      Key key,
      String body,
      Map<String, Long> counters,
      Optional<Instant> expires,
      Condition condition)
      implements Write {
    public Put {
      counters = Map.copyOf(counters);
    }
  }

  /** Removes the item; removing nothing is fine unless the condition says otherwise. */
  record Delete(Key key, Condition condition) implements Write {}

  /**
   * Adds to counters; makes the item with body {@code {}} where there is none. The expiry is kept.
   */
  record Add(Key key, Map<String, Long> deltas, Condition condition) implements Write {
    public Add {
      deltas = Map.copyOf(deltas);
    }
  }

  /** Writes nothing; the commit is refused unless the condition holds. */
  record Check(Key key, Condition condition) implements Write {}

  static Put put(Key key, String body) {
    return new Put(key, body, Map.of(), Optional.empty(), Condition.ALWAYS);
  }

  static Put put(Key key, String body, Condition condition) {
    return new Put(key, body, Map.of(), Optional.empty(), condition);
  }

  static Put put(Key key, String body, Instant expires, Condition condition) {
    return new Put(key, body, Map.of(), Optional.of(expires), condition);
  }

  static Delete delete(Key key) {
    return new Delete(key, Condition.ALWAYS);
  }

  static Add add(Key key, Map<String, Long> deltas) {
    return new Add(key, deltas, Condition.ALWAYS);
  }

  static Add add(Key key, Map<String, Long> deltas, Condition condition) {
    return new Add(key, deltas, condition);
  }

  static Check check(Key key, Condition condition) {
    return new Check(key, condition);
  }
}
