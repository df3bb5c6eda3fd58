package dev.weir.core.meter;

import dev.weir.core.catalog.Catalog;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whether a fact can be counted. What cannot is kept aside with the reason, never dropped. */
@FunctionalInterface
public interface FactCheck {

  /** How far a host's clock may run ahead of ours. */
  Duration AHEAD_MAX = Duration.ofMinutes(5);

  /** Why the fact cannot be counted; empty where it can. */
  Optional<String> refusal(UsageFact fact);

  /** How long after its end an agreement's last answers may come: what was asked before it. */
  Duration AFTER_END_MAX = Duration.ofMinutes(5);

  /** How long it is taken for known which agreements ended; well within the time above. */
  Duration ENDED_KNOWN = Duration.ofMinutes(1);

  /**
   * Refuses meters that the catalog does not know, times that have not come, and what was done for
   * an agreement after its end.
   */
  static FactCheck standard(Ports ports) {
    Catalog catalog = new Catalog(ports);
    EndedAgreements ended = new EndedAgreements(ports);
    InstantSource clock = ports.clock();
    // A meter that is there stays, so that a fact needs no read.
    Set<String> known = ConcurrentHashMap.newKeySet();
    return fact -> {
      Instant latest = clock.instant().plus(AHEAD_MAX);
      if (fact.at().isAfter(latest)) {
        return Optional.of("fact " + fact.key() + " is from " + fact.at() + " > " + latest);
      }
      Optional<Instant> end = ended.of(fact.agreementId());
      if (end.filter(at -> fact.at().isAfter(at.plus(AFTER_END_MAX))).isPresent()) {
        return Optional.of(
            "fact %s is from %s, agreement %s ended at %s"
                .formatted(fact.key(), fact.at(), fact.agreementId(), end.get()));
      }
      if (!known.contains(fact.meter()) && catalog.meter(fact.meter()).isPresent()) {
        known.add(fact.meter());
      }
      if (!known.contains(fact.meter())) {
        return Optional.of("fact " + fact.key() + " is of unknown meter " + fact.meter());
      }
      return Optional.empty();
    };
  }
}
