package dev.weir.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a customer comes in: {@code begin} → redirect, form or wait → {@code resume} → bound. */
public interface Onboarding {

  /** Starts an onboarding. Must not bind anything by itself unless the request proves all. */
  Step begin(Applicant applicant);

  /**
   * Goes on after the applicant came back. Called again with the same callback it must lead to the
   * same binding: the platform may deliver it twice.
   */
  Step resume(Progress progress, RawRequest callback);

  /**
   * Ends the relation on the other side, as far as the channel allows it: the vendor ended the
   * agreement. It may come again, also where the other side has ended it already.
   */
  void offboard(Binding binding);

  /**
   * What the other side says the customer bought; empty where the channel does not say. Host 1.0
   * does not call it: what a customer may use follows from its plan.
   */
  default List<Entitlement> entitlements(Binding binding) {
    return List.of();
  }

  /**
   * Who applies.
   *
   * @param state a nonce made by the host, to be carried through the other side and back
   * @param callback where the other side must send the applicant, absolute
   * @param request the request that began it, where there was one (a marketplace's POST)
   * @param fields what the applicant filled in, where the channel starts with a form
   */
  record Applicant(
      String state, String callback, Optional<RawRequest> request, Map<String, String> fields) {}

  /**
   * What the host kept between two steps.
   *
   * @param state the nonce that the callback must carry
   * @param callback the callback URL that {@link #begin} was given
   * @param data what the step before asked to keep; at most 4 KB
   */
  record Progress(String state, String callback, String data) {}

  /** One entitlement as the other side states it. {@code until} is ISO-8601 or empty. */
  record Entitlement(String dimension, String value, String until) {}
}
