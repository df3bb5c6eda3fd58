package dev.weir.core.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a customer bought. Product, plan and price version are pinned when it is opened.
 *
 * @param priceVersion of the plan; what is rated uses this version and no newer one
 * @param currency {@code CNY} or {@code USD}
 * @param acquiredBy the partner or referrer that brought it
 * @param billedThrough the one channel that collects the money
 * @param identities channel id → how that channel names this agreement (licence, tenant, workspace)
 */
public record Agreement(
    String id,
    String customerId,
    String productId,
    String planId,
    int priceVersion,
    String currency,
    Optional<String> acquiredBy,
    String billedThrough,
    Map<String, String> identities,
    State state,
    Instant startedAt,
    Optional<Instant> endedAt) {

  public Agreement {
    identities = Map.copyOf(identities);
  }

  /** Whether calls are answered. */
  public enum State {
    ACTIVE,
    ENDED
  }

  @JsonIgnore
  public boolean active() {
    return state == State.ACTIVE;
  }

  Agreement ended(Instant at) {
    return new Agreement(
        id,
        customerId,
        productId,
        planId,
        priceVersion,
        currency,
        acquiredBy,
        billedThrough,
        identities,
        State.ENDED,
        startedAt,
        Optional.of(at));
  }

  Agreement with(Map<String, String> newIdentities) {
    return new Agreement(
        id,
        customerId,
        productId,
        planId,
        priceVersion,
        currency,
        acquiredBy,
        billedThrough,
        newIdentities,
        state,
        startedAt,
        endedAt);
  }
}
