package dev.weir.local.simulate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of one scenario.
 *
 * @param hash of everything that happened; equal scenarios have equal ones
 * @param events how many calls of ports and markets there were
 * @param violation what should never be; empty where all holds
 * @param last the last events in words, where they were kept
 * @param counts how much of what happened
 */
public record Result(
    Scenario scenario,
    long hash,
    long events,
    Optional<String> violation,
    List<String> last,
    Map<String, Long> counts) {

  public Result {
    last = List.copyOf(last);
    counts = Map.copyOf(counts);
  }
}
