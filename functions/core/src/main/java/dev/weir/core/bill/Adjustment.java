package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that changes what is charged, after the price of the units.
 *
 * <p>It is a function of a running sum: of what it applied to so far, {@code effect(sum)} was
 * added. An amount is changed by what it adds to that, so the effects of many lines add up to the
 * effect on their sum exactly, however it is split. Fractions are rounded half away from zero.
 */
sealed interface Adjustment {

  /** The name of its running sum; a sum runs for a calendar month unless the name says more. */
  String key();

  /** What it adds, in all, to a sum. */
  long effect(long sumMicros);

  Part part(long micros);

  /**
   * A price book's factor.
   *
   * @param scope what its sum is of: plan, version, meter and channel
   */
  record Factor(String book, String name, long millionths, String scope) implements Adjustment {
    @Override
    public String key() {
      return "factor/" + book + "/" + name + "/" + scope;
    }

    @Override
    public long effect(long sumMicros) {
      return Math.subtractExact(signedShare(sumMicros, millionths), sumMicros);
    }

    @Override
    public Part part(long micros) {
      return new Part.Factor(book, name, millionths, micros);
    }
  }

  /** A percentage off. */
  record Percent(String code, long millionths) implements Adjustment {
    @Override
    public String key() {
      return "code/" + code;
    }

    @Override
    public long effect(long sumMicros) {
      return Math.negateExact(signedShare(sumMicros, millionths));
    }

    @Override
    public Part part(long micros) {
      return new Part.Discount(code, micros);
    }
  }

  /** So much off a sum, and no more than it. */
  record Amount(String code, long amountMicros) implements Adjustment {
    @Override
    public String key() {
      return "code/" + code;
    }

    @Override
    public long effect(long sumMicros) {
      return -Math.min(amountMicros, Math.max(0, sumMicros));
    }

    @Override
    public Part part(long micros) {
      return new Part.Discount(code, micros);
    }
  }

  /**
   * Somebody else pays the first part of a sum.
   *
   * @param capMicros of one agreement and month
   * @param leftMicros what the sponsor's budget has left for all
   */
  record Sponsor(String sponsorship, String payer, long capMicros, long leftMicros)
      implements Adjustment {
    @Override
    public String key() {
      return "sponsor/" + sponsorship;
    }

    String paidKey() {
      return "sponsored/" + sponsorship;
    }

    @Override
    public long effect(long sumMicros) {
      return -Math.min(capMicros, Math.max(0, sumMicros));
    }

    @Override
    public Part part(long micros) {
      return new Part.Sponsored(sponsorship, payer, micros);
    }
  }

  /**
   * What is charged in the end.
   *
   * @param sums the running sums afterwards, only those that changed
   */
  record Adjusted(long micros, List<Part> parts, Map<String, Long> sums) {
    public Adjusted {
      parts = List.copyOf(parts);
      sums = Map.copyOf(sums);
    }
  }

  /**
   * Adjusts an amount, each adjustment after the other.
   *
   * @param sums the running sums before
   * @throws ArithmeticException where a sum leaves the range of a long
   */
  static Adjusted adjust(long micros, List<Adjustment> adjustments, Map<String, Long> sums) {
    long charged = micros;
    List<Part> parts = new ArrayList<>();
    Map<String, Long> changed = new HashMap<>();
    for (Adjustment adjustment : adjustments) {
      long before = sums.getOrDefault(adjustment.key(), 0L);
      long after = Math.addExact(before, charged);
      long change =
          switch (adjustment) {
            case Sponsor sponsor -> sponsored(sponsor, after, charged, sums, changed);
            case Factor _, Percent _, Amount _ ->
                Math.subtractExact(adjustment.effect(after), adjustment.effect(before));
          };
      if (after != before) {
        changed.put(adjustment.key(), after);
      }
      if (change != 0) {
        parts.add(adjustment.part(change));
      }
      charged = Math.addExact(charged, change);
    }
    return new Adjusted(charged, parts, changed);
  }

  /** A sponsor pays no more than the line, and no more than is left of its budget. */
  private static long sponsored(
      Sponsor sponsor,
      long after,
      long charged,
      Map<String, Long> sums,
      Map<String, Long> changed) {
    long paid = sums.getOrDefault(sponsor.paidKey(), 0L);
    long wanted = -sponsor.effect(after) - paid;
    long pays =
        wanted <= 0
            ? wanted
            : Math.max(0, Math.min(Math.min(wanted, charged), sponsor.leftMicros()));
    if (pays != 0) {
      changed.put(sponsor.paidKey(), paid + pays);
    }
    return -pays;
  }

  private static long signedShare(long micros, long millionths) {
    long share = Rating.price(Math.absExact(micros), millionths, Charge.MILLIONTHS);
    return Math.multiplyExact(Long.signum(micros), share);
  }
}
