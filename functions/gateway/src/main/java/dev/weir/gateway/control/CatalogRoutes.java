package dev.weir.gateway.control;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.http.Request;
import dev.weir.gateway.http.Response;
import dev.weir.gateway.http.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Products, meters, plans and their price versions. */
final class CatalogRoutes {

  private final Catalog catalog;
  private final InstantSource clock;

  CatalogRoutes(Catalog catalog, InstantSource clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .get("/control/v1/products", r -> Response.ok(Listing.all(catalog.products())))
        .put("/control/v1/products/{id}", this::putProduct)
        .get("/control/v1/meters", r -> Response.ok(Listing.all(catalog.meters())))
        .put("/control/v1/meters/{id}", this::putMeter)
        .get("/control/v1/plans", r -> Response.ok(Listing.all(catalog.plans())))
        .get("/control/v1/plans/{id}", this::plan)
        .put("/control/v1/plans/{id}", this::putPlan)
        .put("/control/v1/plans/{id}/prices/{version}", this::putPrice)
        .get("/control/v1/compute-prices", r -> Response.ok(catalog.computePrices()))
        .put("/control/v1/compute-prices", this::putComputePrices);
  }

  record ProductBody(String name, String endpoint) {}

  private Response putProduct(Request request) {
    ProductBody body = request.json(ProductBody.class);
    Product product = new Product(request.path("id"), body.name(), body.endpoint());
    catalog.put(product);
    return Response.ok(product);
  }

  record MeterBody(String unit, int scale, Optional<String> aggregation) {}

  private Response putMeter(Request request) {
    MeterBody body = request.json(MeterBody.class);
    Aggregation aggregation = body.aggregation().map(Aggregation::parse).orElse(Aggregation.SUM);
    Meter meter = new Meter(request.path("id"), body.unit(), body.scale(), aggregation);
    catalog.put(meter);
    return Response.ok(meter);
  }

  record PlanBody(String productId, String name, String currency) {}

  record PlanWithPrices(
      String id, String productId, String name, String currency, List<PriceVersion> prices) {}

  private Response plan(Request request) {
    String id = request.path("id");
    Plan plan =
        catalog.plan(id).orElseThrow(() -> new ProblemException(Problem.notFound("no plan " + id)));
    List<PriceVersion> prices = catalog.prices(id);
    return Response.ok(
        new PlanWithPrices(id, plan.productId(), plan.name(), plan.currency(), prices));
  }

  private Response putPlan(Request request) {
    PlanBody body = request.json(PlanBody.class);
    Plan plan = new Plan(request.path("id"), body.productId(), body.name(), body.currency());
    catalog.put(plan);
    return Response.ok(plan);
  }

  record PriceBody(Optional<Instant> effectiveFrom, List<Charge> charges) {}

  private Response putPrice(Request request) {
    PriceBody body = request.json(PriceBody.class);
    int version = Numbers.parse("version", request.path("version"), 1, 1_000_000);
    Optional<PriceVersion> before = catalog.price(request.path("id"), version);
    Instant from =
        body.effectiveFrom()
            .or(() -> before.map(PriceVersion::effectiveFrom))
            .orElseGet(clock::instant);
    PriceVersion price = new PriceVersion(request.path("id"), version, from, body.charges());
    catalog.put(price);
    return Response.ok(price);
  }

  private Response putComputePrices(Request request) {
    ComputePrices prices = request.json(ComputePrices.class);
    catalog.put(prices);
    return Response.ok(prices);
  }
}
