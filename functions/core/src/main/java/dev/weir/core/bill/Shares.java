package dev.weir.core.bill;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Divides amounts so that the parts add up to the whole, to the last micro-unit. */
final class Shares {

  static final int WHOLE_BASIS_POINTS = 10_000;

  private Shares() {}

  /**
   * Divides an amount by the method of largest remainders (Hamilton): each part gets the whole
   * number of its quota, and what is left goes, one by one, to the largest remainders, the earlier
   * part first where two are equal. A negative amount is divided like its positive mirror.
   *
   * @param basisPoints the parts' shares of 10 000, together at most that
   * @return a part for each, and last the rest
   */
  static List<Long> split(long amount, List<Integer> basisPoints) {
    int given = basisPoints.stream().mapToInt(Integer::intValue).sum();
    if (basisPoints.stream().anyMatch(points -> points < 0) || given > WHOLE_BASIS_POINTS) {
      throw new IllegalArgumentException(
          "shares " + basisPoints + " not in 0.." + WHOLE_BASIS_POINTS + " together");
    }
    List<Integer> weights = new ArrayList<>(basisPoints);
    weights.add(WHOLE_BASIS_POINTS - given);
    BigInteger whole = BigInteger.valueOf(amount).abs();
    long[] parts = new long[weights.size()];
    long[] remainders = new long[weights.size()];
    long left = Math.absExact(amount);
    for (int i = 0; i < parts.length; i++) {
      BigInteger[] quota =
          whole
              .multiply(BigInteger.valueOf(weights.get(i)))
              .divideAndRemainder(BigInteger.valueOf(WHOLE_BASIS_POINTS));
      parts[i] = quota[0].longValueExact();
      remainders[i] = quota[1].longValueExact();
      left -= parts[i];
    }
    List<Integer> byRemainder =
        IntStream.range(0, parts.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> remainders[i]).reversed())
            .limit(left)
            .toList();
    byRemainder.forEach(i -> parts[i]++);
    return IntStream.range(0, parts.length).mapToObj(i -> Long.signum(amount) * parts[i]).toList();
  }

  /** What markets, partners and beneficiaries have a share of: all that anybody pays but we. */
  static long shared(Line.Kind kind, long micros, List<Part> parts) {
    if (kind == Line.Kind.CREDIT_PACK || kind == Line.Kind.CREDIT_LAPSED) {
      return 0; // it is shared when it is used
    }
    long shared = micros;
    for (Part part : parts) {
      boolean paid =
          part instanceof Part.Credit
              || (part instanceof Part.Sponsored by && !by.payer().equals(Sponsorship.VENDOR));
      shared = paid ? Math.subtractExact(shared, part.micros()) : shared;
    }
    return shared;
  }
}
