package dev.weir.core.infer;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Product;
import dev.weir.core.limit.Pass;
import dev.weir.core.limit.Who;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which endpoint an agreement may call, that of its product; and whether a call is within the
 * limits that are on it.
 */
final class Entitled {

  private final Catalog catalog;
  private final Endpoints endpoints;

  Entitled(Ports ports, Endpoints endpoints) {
    this.catalog = new Catalog(ports);
    this.endpoints = endpoints;
  }

  /** The work of a call. */
  interface Work {
    Reply answer(Pass pass);
  }

  /** What one call on Weir's own replicas uses at most. */
  static Map<String, Long> ownMost() {
    return Map.of(Meter.CALLS.id(), 1L);
  }

  /** For whom a call with a key is made. */
  static Who who(ApiKeys.Caller caller) {
    return who(caller.agreement(), Optional.of(caller.key().id()));
  }

  static Who who(Agreement agreement, Optional<String> keyId) {
    return new Who(agreement, keyId, agreement.billedThrough());
  }

  /**
   * Answers a call where the limits allow it. What it used is told to them when it is made durable;
   * where a replica may have counted it in its journal though no answer came, it counts whole.
   */
  Reply within(Who who, Grant.Billing billing, Supplier<Map<String, Long>> most, Work work) {
    Pass pass = endpoints.admission().admit(who, most);
    boolean known = false;
    try {
      Reply reply = work.answer(pass);
      pass.unknown(); // of a journal: it was the one call that was allowed
      known = true;
      return reply;
    } catch (ProblemException e) {
      int status = e.problem().status();
      boolean counted = billing == Grant.Billing.JOURNAL && (status == 502 || status == 504);
      if (!counted) {
        pass.nothing();
        known = true;
      }
      throw e;
    } finally {
      if (!known) {
        pass.unknown();
      }
    }
  }

  Endpoint endpoint(Agreement agreement) {
    Product product =
        catalog
            .product(agreement.productId())
            .orElseThrow(() ->
                new ProblemException(Problem.notFound("no product " + agreement.productId())));
    return endpoints.require(product.endpoint());
  }

  Endpoint endpoint(Agreement agreement, String model) {
    Endpoint endpoint = endpoint(agreement);
    if (!endpoint.name().equals(model)) {
      throw new ProblemException(
          Problem.notFound(
              "model \"%s\" is not in product %s, which has \"%s\""
                  .formatted(shortened(model), agreement.productId(), endpoint.name())));
    }
    return endpoint;
  }

  private static String shortened(String model) {
    return model.length() > 100 ? model.substring(0, 100) + "…" : model;
  }
}
