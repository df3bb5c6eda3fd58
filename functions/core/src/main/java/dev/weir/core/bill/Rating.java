package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import java.math.BigInteger;
import java.util.Optional;

/** What usage costs: pure, integers only. */
final class Rating {

  private static final BigInteger TWO = BigInteger.TWO;

  private Rating() {}

  /**
   * A rated quantity: {@code included + billed} is the quantity.
   *
   * @param amountMicros in 10⁻⁶ of the currency's minor unit
   */
  record Rated(long included, long billed, long amountMicros) {}

  /**
   * Rates a quantity by what it adds to its month, so that the hours of a month add up to the
   * month's price exactly, in whatever order and parts they come.
   *
   * @param usedBefore what was rated in the same month before
   * @param charge the pinned price; none where all is included
   * @throws ArithmeticException where a sum leaves the range of a long
   */
  static Rated rate(long usedBefore, long quantity, Optional<Charge.PerUnit> charge) {
    if (usedBefore < 0 || quantity < 0) {
      throw new IllegalArgumentException(
          "used %d and quantity %d must not be negative".formatted(usedBefore, quantity));
    }
    if (charge.isEmpty()) {
      return new Rated(quantity, 0, 0);
    }
    Charge.PerUnit unit = charge.get();
    long usedAfter = Math.addExact(usedBefore, quantity);
    long billedBefore = Math.max(0, usedBefore - unit.includedQuantity());
    long billedAfter = Math.max(0, usedAfter - unit.includedQuantity());
    long billed = billedAfter - billedBefore;
    long amount =
        price(billedAfter, unit.unitPriceMicros(), unit.unitSize())
            - price(billedBefore, unit.unitPriceMicros(), unit.unitSize());
    return new Rated(quantity - billed, billed, amount);
  }

  /** {@code units × unitPrice / unitSize}, rounded half up. */
  static long price(long units, long unitPriceMicros, long unitSize) {
    BigInteger size = BigInteger.valueOf(unitSize);
    BigInteger exact = BigInteger.valueOf(units).multiply(BigInteger.valueOf(unitPriceMicros));
    return exact.multiply(TWO).add(size).divide(size.multiply(TWO)).longValueExact();
  }
}
