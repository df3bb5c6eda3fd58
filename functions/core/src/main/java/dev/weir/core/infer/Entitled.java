package dev.weir.core.infer;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Product;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;

/** Which endpoint an agreement may call: that of its product. */
final class Entitled {

  private final Catalog catalog;
  private final Endpoints endpoints;

  Entitled(Ports ports, Endpoints endpoints) {
    this.catalog = new Catalog(ports);
    this.endpoints = endpoints;
  }

  Endpoint endpoint(Agreement agreement) {
    Product product =
        catalog
            .product(agreement.productId())
            .orElseThrow(() ->
                new ProblemException(
                    Problem.notFound("product \"" + agreement.productId() + "\"")));
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
