package dev.weir.aws;

import dev.weir.core.port.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what was read for {@link #KEPT}, absence too, because Parameter Store serves 40 reads a
 * second to a whole account and every request needs some. So a secret that another function changed
 * or deleted is seen after {@link #KEPT} at the latest; one that this function changed, at once.
 * Values stay in this process's memory and nowhere else. Thread-safe.
 */
final class CachedSecrets implements Secrets {

  /** How long what was read may be answered again. */
  static final Duration KEPT = Duration.ofSeconds(30);

  /** The most names remembered; with more, all are read anew. */
  static final int NAMES_MAX = 1000;

  private record Read(Optional<String> value, Instant until) {}

  private final Secrets source;
  private final InstantSource clock;
  private final Map<String, Read> known = new ConcurrentHashMap<>();

  CachedSecrets(Secrets source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public Optional<String> get(String name) {
    Instant now = clock.instant();
    Read before = known.get(name);
    if (before != null && now.isBefore(before.until())) {
      return before.value();
    }
    Optional<String> value = source.get(name);
    if (known.size() >= NAMES_MAX) {
      known.clear();
    }
    known.put(name, new Read(value, now.plus(KEPT)));
    return value;
  }

  @Override
  public void put(String name, String value) {
    try {
      source.put(name, value);
    } finally {
      known.remove(name);
    }
  }

  @Override
  public void delete(String name) {
    try {
      source.delete(name);
    } finally {
      known.remove(name);
    }
  }
}
