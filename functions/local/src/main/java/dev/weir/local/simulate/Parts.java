package dev.weir.local.simulate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How the reference divides an amount: by largest remainders, computed another way. */
final class Parts {

  private static final BigDecimal WHOLE = BigDecimal.valueOf(10_000);

  private record Part(int index, BigInteger floor, BigDecimal rest) {}

  private Parts() {}

  /** The parts of an amount that is not negative, and last what is left to the house. */
  static List<Long> of(long amount, int... basisPoints) {
    int left = 10_000;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i <= basisPoints.length; i++) {
      int points = i < basisPoints.length ? basisPoints[i] : left;
      left -= points;
      BigDecimal exact =
          BigDecimal.valueOf(amount).multiply(BigDecimal.valueOf(points)).divide(WHOLE);
      BigInteger floor = exact.toBigInteger();
      parts.add(new Part(i, floor, exact.subtract(new BigDecimal(floor))));
    }
    long missing =
        amount
            - parts.stream().map(Part::floor).reduce(BigInteger.ZERO, BigInteger::add).longValue();
    List<Long> whole = new ArrayList<>(parts.stream().map(p -> p.floor().longValue()).toList());
    parts.stream()
        .sorted(Comparator.comparing(Part::rest).reversed().thenComparingInt(Part::index))
        .limit(missing)
        .forEach(p -> whole.set(p.index(), whole.get(p.index()) + 1));
    return whole;
  }
}
