package dev.weir.core.meter;

import dev.weir.core.account.Accounts;
import dev.weir.core.port.Ports;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Agreements that ended, read once a minute for all facts of it. Thread-safe. */
final class EndedAgreements {

  private final Accounts accounts;
  private final InstantSource clock;
  private volatile Known known = new Known(Instant.MIN, Map.of());

  EndedAgreements(Ports ports) {
    this.accounts = new Accounts(ports);
    this.clock = ports.clock();
  }

  private record Known(Instant until, Map<String, Instant> ended) {}

  /** When an agreement ended, as far as is known. */
  Optional<Instant> of(String agreementId) {
    Instant now = clock.instant();
    Known last = known;
    if (!now.isBefore(last.until())) {
      last = new Known(now.plus(FactCheck.ENDED_KNOWN), accounts.ended());
      known = last;
    }
    return Optional.ofNullable(last.ended().get(agreementId));
  }
}
