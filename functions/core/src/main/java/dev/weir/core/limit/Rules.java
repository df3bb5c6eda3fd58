package dev.weir.core.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits as this process knows them, so that a call on which there are none touches no table:
 * it reads one item in {@link #AGE_MAX}, and all limits after a change. Thread-safe.
 */
final class Rules {

  /** How long a change may take to be known. */
  static final Duration AGE_MAX = Duration.ofSeconds(10);

  private final Limits limits;
  private final InstantSource clock;
  private volatile Known known = new Known(-1, Instant.MIN, Map.of());

  private record Known(long version, Instant readAt, Map<String, List<Limit>> byScope) {}

  Rules(Limits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** The limits on a call, those on the narrowest scope first. */
  List<Limit> on(Who who) {
    Map<String, List<Limit>> byScope = known().byScope();
    if (byScope.isEmpty()) {
      return List.of();
    }
    List<Limit> found = new ArrayList<>();
    who.scopes().forEach(scope -> found.addAll(byScope.getOrDefault(scope, List.of())));
    return found;
  }

  private Known known() {
    Known now = known;
    return fresh(now) ? now : refreshed();
  }

  private boolean fresh(Known read) {
    Instant now = clock.instant();
    // A clock that was set back must not keep old limits alive.
    return !now.isBefore(read.readAt()) && now.isBefore(read.readAt().plus(AGE_MAX));
  }

  private synchronized Known refreshed() {
    if (fresh(known)) {
      return known;
    }
    Instant at = clock.instant();
    long version = limits.version();
    Map<String, List<Limit>> byScope =
        version == known.version() || version == 0 ? known.byScope() : read();
    known = new Known(version, at, byScope);
    return known;
  }

  private Map<String, List<Limit>> read() {
    Map<String, List<Limit>> byScope = new HashMap<>();
    limits.list().forEach(l -> byScope.computeIfAbsent(l.on(), _ -> new ArrayList<>()).add(l));
    return byScope;
  }
}
