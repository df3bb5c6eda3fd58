package dev.weir.core.catalog;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
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
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Price books and joint products: what holds by time, for hours that were not rated yet. Stateless
 * and thread-safe.
 */
public final class Editions {

  private final Table table;
  private final InstantSource clock;
  private final Catalog catalog;

  public Editions(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.catalog = new Catalog(ports);
  }

  /**
   * Stores the next version of a channel's price book. Storing an equal one again is fine.
   *
   * @throws ProblemException where a meter is unknown, the number is not the next, or it begins
   *     before this hour or the version before it
   */
  public void put(PriceBook book) {
    for (PriceBook.Factor factor : book.factors()) {
      if (factor.meter().isPresent() && catalog.meter(factor.meter().get()).isEmpty()) {
        throw new ProblemException(Problem.notFound("no meter " + factor.meter().get()));
      }
    }
    List<PriceBook> before = priceBooks(book.channelId());
    if (before.contains(book)) {
      return;
    }
    check(
        "price book " + book.channelId(),
        before.stream().map(PriceBook::effectiveFrom).toList(),
        book.version(),
        book.effectiveFrom());
    store(Keys.priceBook(book.channelId(), book.version()), book);
  }

  public List<PriceBook> priceBooks(String channelId) {
    return list(Keys.priceBooks(channelId), PriceBook.class);
  }

  /** A channel's price book for an hour; empty where its usage costs what the plan says. */
  public Optional<PriceBook> priceBook(String channelId, Instant hour) {
    return at(priceBooks(channelId), PriceBook::effectiveFrom, hour);
  }

  /** Stores the next version of a joint product, with the same checks as of a price book. */
  public void put(JointProduct joint) {
    if (catalog.product(joint.productId()).isEmpty()) {
      throw new ProblemException(Problem.notFound("no product " + joint.productId()));
    }
    List<JointProduct> before = jointProducts(joint.productId());
    if (before.contains(joint)) {
      return;
    }
    check(
        "joint product " + joint.productId(),
        before.stream().map(JointProduct::effectiveFrom).toList(),
        joint.version(),
        joint.effectiveFrom());
    store(Keys.jointProduct(joint.productId(), joint.version()), joint);
  }

  public List<JointProduct> jointProducts(String productId) {
    return list(Keys.jointProducts(productId), JointProduct.class);
  }

  /** Who earns of a product in an hour; none where it is nobody's but the vendor's. */
  public List<JointProduct.Beneficiary> beneficiaries(String productId, Instant hour) {
    return at(jointProducts(productId), JointProduct::effectiveFrom, hour)
        .map(JointProduct::beneficiaries)
        .orElse(List.of());
  }

  private static <T> Optional<T> at(List<T> all, Function<T, Instant> from, Instant hour) {
    return all.reversed().stream().filter(one -> !from.apply(one).isAfter(hour)).findFirst();
  }

  private void check(String what, List<Instant> before, int version, Instant from) {
    if (version != before.size() + 1) {
      throw conflict(
          "version %d of %s is not the next, which is %d"
              .formatted(version, what, before.size() + 1));
    }
    Instant thisHour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    Instant earliest =
        before.isEmpty() || before.getLast().isBefore(thisHour) ? thisHour : before.getLast();
    if (from.isBefore(earliest)) {
      throw conflict("version %d of %s begins at %s < %s".formatted(version, what, from, earliest));
    }
  }

  private <T> List<T> list(String partition, Class<T> type) {
    return Tables.list(table, Table.Query.all(partition)).stream()
        .map(item -> Json.read(item.body(), type))
        .toList();
  }

  private void store(Key key, Object value) {
    switch (Tables.commit(table, List.of(Write.put(key, Json.write(value), Condition.ABSENT)))) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ -> throw conflict(key.sort() + " was stored by somebody else");
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("catalog entry " + key.sort() + " may not be stored");
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
