package dev.weir.core.limit;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.port.Ports;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a call's units cost at most; asked only where a money budget is on it. Thread-safe. */
final class Prices {

  private static final int KEPT_MAX = 10_000;
  private static final Duration BOOK_AGE_MAX = Duration.ofMinutes(1);
  private static final BigInteger MILLIONTHS = BigInteger.valueOf(Charge.MILLIONTHS);

  private final Catalog catalog;
  private final Editions editions;
  private final InstantSource clock;
  private final Map<Version, Optional<PriceVersion>> versions = new ConcurrentHashMap<>();
  private final Map<String, Book> books = new ConcurrentHashMap<>();

  private record Version(String planId, int version) {}

  private record Book(Optional<PriceBook> book, Instant readAt) {}

  Prices(Ports ports) {
    this.catalog = new Catalog(ports);
    this.editions = new Editions(ports);
    this.clock = ports.clock();
  }

  /** In 10⁻⁶ of the currency's minor unit, each meter rounded up. */
  long cost(Agreement agreement, String channelId, Map<String, Long> quantities) {
    Optional<PriceVersion> price = version(agreement);
    if (price.isEmpty()) {
      return 0;
    }
    Optional<PriceBook> book = book(channelId);
    try {
      return sum(price.get(), book, quantities);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // more than any budget
    }
  }

  private static long sum(
      PriceVersion price, Optional<PriceBook> book, Map<String, Long> quantities) {
    long sum = 0;
    for (Map.Entry<String, Long> used : quantities.entrySet()) {
      Optional<Charge.Metered> charge = price.metered(used.getKey());
      if (charge.isPresent()) {
        sum = Math.addExact(sum, cost(charge.get(), used.getValue(), book));
      }
    }
    return sum;
  }

  /** A price version never changes, so what was read stays true; what is missing may come. */
  private Optional<PriceVersion> version(Agreement agreement) {
    Version asked = new Version(agreement.planId(), agreement.priceVersion());
    Optional<PriceVersion> kept = versions.getOrDefault(asked, Optional.empty());
    if (kept.isPresent()) {
      return kept;
    }
    Optional<PriceVersion> read = catalog.price(asked.planId(), asked.version());
    if (versions.size() >= KEPT_MAX) {
      versions.clear();
    }
    versions.put(asked, read);
    return read;
  }

  private Optional<PriceBook> book(String channelId) {
    Instant now = clock.instant();
    Book kept = books.get(channelId);
    if (kept == null || Duration.between(kept.readAt(), now).abs().compareTo(BOOK_AGE_MAX) > 0) {
      kept = new Book(editions.priceBook(channelId, now), now);
      books.put(channelId, kept);
    }
    return kept.book();
  }

  private static long cost(Charge.Metered charge, long units, Optional<PriceBook> book) {
    BigInteger dividend = BigInteger.valueOf(dearest(charge, units));
    BigInteger divisor = BigInteger.ONE;
    if (book.isPresent()) {
      for (PriceBook.Factor factor : book.get().factors(charge.meter())) {
        dividend = dividend.multiply(BigInteger.valueOf(factor.millionths()));
        divisor = divisor.multiply(MILLIONTHS);
      }
    }
    return ceil(dividend, divisor);
  }

  private static long dearest(Charge.Metered charge, long units) {
    return switch (charge) {
      case Charge.PerUnit unit -> share(units, unit.unitPriceMicros(), unit.unitSize());
      case Charge.Package pack -> share(units, pack.packagePriceMicros(), pack.packageSize());
      case Charge.Percentage percentage ->
          share(
              Math.multiplyExact(units, percentage.unitMicros()),
              percentage.rateMillionths(),
              Charge.MILLIONTHS);
      case Charge.Graduated graduated -> dearest(graduated.tiers(), units);
      case Charge.Volume volume -> dearest(volume.tiers(), units);
    };
  }

  private static long dearest(Iterable<Charge.Tier> tiers, long units) {
    long most = 0;
    for (Charge.Tier tier : tiers) {
      most = Math.max(most, share(units, tier.unitPriceMicros(), tier.unitSize()));
    }
    return most;
  }

  private static long share(long units, long priceMicros, long size) {
    return ceil(
        BigInteger.valueOf(units).multiply(BigInteger.valueOf(priceMicros)),
        BigInteger.valueOf(size));
  }

  private static long ceil(BigInteger dividend, BigInteger divisor) {
    return dividend.add(divisor).subtract(BigInteger.ONE).divide(divisor).longValueExact();
  }
}
