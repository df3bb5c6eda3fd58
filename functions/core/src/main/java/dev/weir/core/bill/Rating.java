package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What usage costs by its price: pure, integers only. */
public final class Rating {

  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger MILLIONTHS = BigInteger.valueOf(Charge.MILLIONTHS);

  private Rating() {}

  /**
   * A rated quantity: {@code included + billed} is the quantity.
   *
   * @param amountMicros in 10⁻⁶ of the currency's minor unit; what the steps add up to
   */
  record Rated(long included, long billed, long amountMicros, List<Step> steps) {

    Rated {
      steps = List.copyOf(steps);
    }
  }

  /**
   * What one tier adds. Where a volume price moves to another tier, the old one is taken back by a
   * step from what it had to 0.
   *
   * @param tier 1, 2, 3 …; 1 where the price has none
   * @param from billed units of the month before, in the meter's smallest units
   * @param to and after
   * @param unitPriceMicros for each {@code unitSize}; of a percentage, millionths of the value
   */
  public record Step(
      int tier, long from, long to, long unitPriceMicros, long unitSize, long micros) {}

  /**
   * Rates a quantity by what it adds to its month, so that the hours of a month add up to the
   * month's price exactly, in whatever order and parts they come.
   *
   * <p>A quantity below 0 takes back: the month's price is what it would be without those units.
   * Where more is taken back than the month has (it was counted in an earlier one), the month's
   * price is that of as many units, given back.
   *
   * @param usedBefore what was rated in the same month before
   * @param charge the pinned price; none where all is included
   * @throws ArithmeticException where a sum leaves the range of a long
   */
  static Rated rate(long usedBefore, long quantity, Optional<? extends Charge.Metered> charge) {
    if (charge.isEmpty()) {
      return new Rated(quantity, 0, 0, List.of());
    }
    Charge.Metered metered = charge.get();
    long usedAfter = Math.addExact(usedBefore, quantity);
    long before = billed(metered, usedBefore);
    long after = billed(metered, usedAfter);
    List<Step> steps = path(metered, before, after);
    long amount = steps.stream().mapToLong(Step::micros).reduce(0, Math::addExact);
    return new Rated(quantity - (after - before), after - before, amount, steps);
  }

  /** What of a month's use is more than is included, on either side of 0. */
  private static long billed(Charge.Metered metered, long used) {
    long beyond = Math.max(0, Math.absExact(used) - metered.includedQuantity());
    return used < 0 ? -beyond : beyond;
  }

  /** The steps between any two sums of billed units. */
  private static List<Step> path(Charge.Metered metered, long before, long after) {
    if (before == after) {
      return List.of();
    }
    if (before < 0 || after < 0) {
      if (before > 0 || after > 0) {
        List<Step> both = new ArrayList<>(path(metered, before, 0));
        both.addAll(path(metered, 0, after));
        return both;
      }
      return path(metered, -before, -after).stream().map(Rating::mirrored).toList();
    }
    return after > before
        ? steps(metered, before, after)
        : steps(metered, after, before).reversed().stream().map(Rating::taken).toList();
  }

  /** The same on the other side of 0. */
  private static Step mirrored(Step step) {
    return new Step(
        step.tier(),
        -step.from(),
        -step.to(),
        step.unitPriceMicros(),
        step.unitSize(),
        -step.micros());
  }

  /** The same backwards. */
  private static Step taken(Step step) {
    return new Step(
        step.tier(),
        step.to(),
        step.from(),
        step.unitPriceMicros(),
        step.unitSize(),
        -step.micros());
  }

  /** The steps from one sum of billed units to a larger one, by tier. */
  private static List<Step> steps(Charge.Metered metered, long before, long after) {
    return switch (metered) {
      case Charge.PerUnit unit ->
          List.of(
              step(
                  new Charge.Tier(
                      Optional.empty(), unit.unitPriceMicros(), unit.unitSize(), 0, false),
                  before,
                  after));
      case Charge.Package pack ->
          List.of(
              step(
                  new Charge.Tier(
                      Optional.empty(), pack.packagePriceMicros(), pack.packageSize(), 0, true),
                  before,
                  after));
      case Charge.Percentage percentage ->
          List.of(
              new Step(
                  1,
                  before,
                  after,
                  percentage.rateMillionths(),
                  1,
                  Math.subtractExact(value(percentage, after), value(percentage, before))));
      case Charge.Graduated graduated -> graduated(graduated.tiers(), before, after);
      case Charge.Volume volume -> volume(volume.tiers(), before, after);
    };
  }

  private static Step step(Charge.Tier tier, long before, long after) {
    return new Step(
        1,
        before,
        after,
        tier.unitPriceMicros(),
        tier.unitSize(),
        Math.subtractExact(price(tier, after), price(tier, before)));
  }

  private static List<Step> graduated(List<Charge.Tier> tiers, long before, long after) {
    List<Step> steps = new ArrayList<>();
    long floor = 0;
    for (int i = 0; i < tiers.size(); i++) {
      Charge.Tier tier = tiers.get(i);
      // The last tier goes on, also where the price names an end of it.
      long end = i == tiers.size() - 1 ? Long.MAX_VALUE : tier.upTo().orElse(Long.MAX_VALUE);
      long from = Math.max(floor, Math.min(before, end));
      long to = Math.max(floor, Math.min(after, end));
      if (to > from) {
        long micros = Math.subtractExact(price(tier, to - floor), price(tier, from - floor));
        steps.add(new Step(i + 1, from, to, tier.unitPriceMicros(), tier.unitSize(), micros));
      }
      floor = end;
    }
    return steps;
  }

  private static List<Step> volume(List<Charge.Tier> tiers, long before, long after) {
    int old = tierOf(tiers, before);
    int now = tierOf(tiers, after);
    Charge.Tier tier = tiers.get(now);
    if (before == 0 || old == now) {
      long micros = Math.subtractExact(price(tier, after), price(tier, before));
      return List.of(
          new Step(now + 1, before, after, tier.unitPriceMicros(), tier.unitSize(), micros));
    }
    Charge.Tier left = tiers.get(old);
    long back = Math.negateExact(price(left, before));
    return List.of(
        new Step(old + 1, before, 0, left.unitPriceMicros(), left.unitSize(), back),
        new Step(now + 1, 0, after, tier.unitPriceMicros(), tier.unitSize(), price(tier, after)));
  }

  private static int tierOf(List<Charge.Tier> tiers, long units) {
    for (int i = 0; i < tiers.size() - 1; i++) {
      if (units <= tiers.get(i).upTo().orElse(Long.MAX_VALUE)) {
        return i;
      }
    }
    return tiers.size() - 1;
  }

  /** What a tier's first units cost. */
  private static long price(Charge.Tier tier, long units) {
    if (units == 0) {
      return 0;
    }
    long size = tier.unitSize();
    long byUnits =
        tier.wholeUnits()
            ? Math.multiplyExact((units - 1) / size + 1, tier.unitPriceMicros())
            : price(units, tier.unitPriceMicros(), size);
    return Math.addExact(byUnits, tier.flatMicros());
  }

  private static long value(Charge.Percentage percentage, long units) {
    BigInteger exact =
        BigInteger.valueOf(units)
            .multiply(BigInteger.valueOf(percentage.unitMicros()))
            .multiply(BigInteger.valueOf(percentage.rateMillionths()));
    return rounded(exact, MILLIONTHS);
  }

  /** {@code units × unitPrice / unitSize}, rounded half up. */
  static long price(long units, long unitPriceMicros, long unitSize) {
    BigInteger exact = BigInteger.valueOf(units).multiply(BigInteger.valueOf(unitPriceMicros));
    return rounded(exact, BigInteger.valueOf(unitSize));
  }

  private static long rounded(BigInteger dividend, BigInteger divisor) {
    return dividend.multiply(TWO).add(divisor).divide(divisor.multiply(TWO)).longValueExact();
  }
}
