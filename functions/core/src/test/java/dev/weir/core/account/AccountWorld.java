package dev.weir.core.account;

import dev.weir.core.port.memory.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What tests about agreements stand on. */
public final class AccountWorld {

  private AccountWorld() {}

  static SettableClock clock() {
    return new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
  }

  /** To a new customer, billed through the channel that brings it. */
  public static OpenAgreement sale(
      String channelId,
      String bindingId,
      String customer,
      String productId,
      String planId,
      int priceVersion,
      String currency) {
    return new OpenAgreement(
        channelId,
        bindingId,
        List.of(),
        Optional.empty(),
        customer,
        productId,
        planId,
        priceVersion,
        currency,
        Optional.empty(),
        channelId,
        Optional.empty());
  }

  static OpenAgreement open(String channelId, String bindingId) {
    return open(channelId, bindingId, List.of(), Optional.empty());
  }

  static OpenAgreement open(
      String channelId, String bindingId, List<String> aliases, Optional<String> claimSha256) {
    return new OpenAgreement(
        channelId,
        bindingId,
        aliases,
        Optional.empty(),
        "ACME",
        "customer-service",
        "standard",
        1,
        "USD",
        Optional.empty(),
        channelId,
        claimSha256);
  }
}
