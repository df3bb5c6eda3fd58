package dev.weir.core.port;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A stored item.
 *
 * @param version 1 when first put; each applied write adds one. It may begin again after a delete
 *     or an expiry
 * @param counters long counters by name; an absent one reads as 0
 * @param body JSON text, at most 64 KB of UTF-8
 * @param expires when it begins to read as absent, or empty for never
 */
public record Item(
    Key key, long version, Map<String, Long> counters, String body, Optional<Instant> expires) {

  public Item {
    counters = Map.copyOf(counters);
  }

  /** The counter's value; 0 where it was never added to. */
  public long counter(String name) {
    return counters.getOrDefault(name, 0L);
  }
}
