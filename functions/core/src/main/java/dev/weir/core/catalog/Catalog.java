package dev.weir.core.catalog;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Products, meters, plans and their prices. Stateless and thread-safe. */
public final class Catalog {

  private final Table table;

  public Catalog(Ports ports) {
    this.table = ports.table();
  }

  public void put(Product product) {
    store(Keys.product(product.id()), product);
  }

  public Optional<Product> product(String id) {
    return read(Keys.product(id), Product.class);
  }

  public List<Product> products() {
    return list(Keys.PRODUCTS, Product.class);
  }

  /**
   * Stores a meter; its scale and its aggregation can never change, because stored quantities are
   * read by them, and nothing of those that Weir itself counts.
   */
  public void put(Meter meter) {
    Optional<Meter> own = builtIn(meter.id());
    if (own.isPresent() && !own.get().unit().equals(meter.unit())) {
      throw conflict(
          "meter %s counts %s, not %s: it is Weir's own"
              .formatted(meter.id(), own.get().unit(), meter.unit()));
    }
    Optional<Meter> before = meter(meter.id());
    if (before.isPresent() && before.get().scale() != meter.scale()) {
      throw conflict(
          "meter " + meter.id() + " has scale " + before.get().scale() + ", not " + meter.scale());
    }
    if (before.isPresent() && before.get().aggregation() != meter.aggregation()) {
      throw conflict(
          "meter %s has aggregation %s, not %s"
              .formatted(
                  meter.id(), before.get().aggregation().wire(), meter.aggregation().wire()));
    }
    store(Keys.meter(meter.id()), meter);
  }

  /** A meter; {@link Meter#CALLS} and {@link Meter#COMPUTE} are always there. */
  public Optional<Meter> meter(String id) {
    return builtIn(id).or(() -> read(Keys.meter(id), Meter.class));
  }

  public List<Meter> meters() {
    List<Meter> meters = new ArrayList<>(List.of(Meter.CALLS, Meter.COMPUTE));
    list(Keys.METERS, Meter.class).stream()
        .filter(meter -> builtIn(meter.id()).isEmpty())
        .forEach(meters::add);
    return meters;
  }

  private static Optional<Meter> builtIn(String id) {
    return List.of(Meter.CALLS, Meter.COMPUTE).stream().filter(m -> m.id().equals(id)).findFirst();
  }

  /** Stores a plan; its product must exist and its currency can never change. */
  public void put(Plan plan) {
    if (product(plan.productId()).isEmpty()) {
      throw new ProblemException(Problem.notFound("no product " + plan.productId()));
    }
    Optional<Plan> before = plan(plan.id());
    if (before.isPresent() && !before.get().currency().equals(plan.currency())) {
      throw conflict(
          "plan " + plan.id() + " is in " + before.get().currency() + ", not " + plan.currency());
    }
    store(Keys.plan(plan.id()), plan);
  }

  public Optional<Plan> plan(String id) {
    return read(Keys.plan(id), Plan.class);
  }

  public List<Plan> plans() {
    return list(Keys.PLANS, Plan.class);
  }

  /**
   * Stores the next version of a plan's prices. Storing an equal one again is fine.
   *
   * @throws ProblemException where the plan or a meter is unknown, the number is not the next, the
   *     version begins before the one before it, or the cost meter is sold
   */
  public void put(PriceVersion price) {
    if (plan(price.planId()).isEmpty()) {
      throw new ProblemException(Problem.notFound("no plan " + price.planId()));
    }
    for (Charge charge : price.charges()) {
      if (charge instanceof Charge.Metered metered) {
        checkSold(metered.meter());
      }
    }
    List<PriceVersion> versions = prices(price.planId());
    if (versions.contains(price)) {
      return;
    }
    if (price.version() >= 1 && price.version() <= versions.size()) {
      throw conflict(
          "price version %d of plan %s is there and cannot change; the next is %d"
              .formatted(price.version(), price.planId(), versions.size() + 1));
    }
    if (price.version() != versions.size() + 1) {
      throw conflict(
          "price version %d of plan %s is not the next, which is %d"
              .formatted(price.version(), price.planId(), versions.size() + 1));
    }
    if (!versions.isEmpty() && price.effectiveFrom().isBefore(versions.getLast().effectiveFrom())) {
      throw conflict(
          "price version %d of plan %s begins at %s, before version %d"
              .formatted(price.version(), price.planId(), price.effectiveFrom(), versions.size()));
    }
    Key key = Keys.price(price.planId(), price.version());
    commit(Write.put(key, Json.write(price), Condition.ABSENT));
  }

  private void checkSold(String meter) {
    if (meter.equals(Meter.COMPUTE.id())) {
      throw Names.invalid("meter " + meter + " is a cost and cannot be sold");
    }
    if (meter(meter).isEmpty()) {
      throw new ProblemException(Problem.notFound("no meter " + meter));
    }
  }

  public Optional<PriceVersion> price(String planId, int version) {
    return read(Keys.price(planId, version), PriceVersion.class);
  }

  /** All versions of a plan's prices, the first one first. */
  public List<PriceVersion> prices(String planId) {
    return list(Keys.prices(planId), PriceVersion.class);
  }

  /**
   * The version in force at a moment: what a new agreement pins.
   *
   * @throws ProblemException where none is in force yet
   */
  public PriceVersion priceAt(String planId, Instant at) {
    return prices(planId).reversed().stream()
        .filter(price -> !price.effectiveFrom().isAfter(at))
        .findFirst()
        .orElseThrow(() -> conflict("plan " + planId + " has no price in force at " + at));
  }

  public void put(ComputePrices prices) {
    store(Keys.computePrices(), prices);
  }

  /** What computing costs; nothing where the vendor states no prices. */
  public ComputePrices computePrices() {
    return read(Keys.computePrices(), ComputePrices.class).orElse(new ComputePrices(Map.of()));
  }

  private <T> Optional<T> read(Key key, Class<T> type) {
    return table.get(key).map(Item::body).map(body -> Json.read(body, type));
  }

  private <T> List<T> list(String partition, Class<T> type) {
    return Tables.list(table, Table.Query.all(partition)).stream()
        .map(item -> Json.read(item.body(), type))
        .toList();
  }

  private void store(Key key, Object value) {
    commit(Write.put(key, Json.write(value)));
  }

  private void commit(Write write) {
    switch (Tables.commit(table, List.of(write))) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ -> throw conflict(write.key().sort() + " was stored by somebody else");
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("catalog entry " + write.key().sort() + " may not be stored");
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
