package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.bill.Proration.Period;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.StableId;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What an agreement is committed to in a month under one price version: the plan's commitment, by
 * the seconds in which it was in force.
 */
record Commitment(String planId, int version, long committedMicros) {

  /** An agreement's commitments of a month; one for each price version that has one. */
  static List<Commitment> of(
      Agreement agreement,
      Instant began,
      YearMonth month,
      BiFunction<String, Integer, PriceVersion> price) {
    Period whole = Proration.of(month);
    Map<String, Commitment> owed = new LinkedHashMap<>();
    List<Term> terms = agreement.terms();
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      Instant end = i + 1 < terms.size() ? terms.get(i + 1).from() : Instant.MAX;
      Instant from = later(later(term.from(), began), whole.from());
      Instant to = end.isBefore(whole.to()) ? end : whole.to();
      if (term.kind() != Term.Kind.ACTIVE || !from.isBefore(to)) {
        continue;
      }
      Optional<Charge.Commitment> charge =
          price.apply(term.planId(), term.priceVersion()).commitment();
      if (charge.isPresent()) {
        long part = Proration.part(charge.get().amountMicros(), whole, from, to);
        owed.merge(
            term.planId() + "/" + term.priceVersion(),
            new Commitment(term.planId(), term.priceVersion(), part),
            Commitment::plus);
      }
    }
    return new ArrayList<>(owed.values());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private Commitment plus(Commitment other) {
    return new Commitment(planId, version, Math.addExact(committedMicros, other.committedMicros));
  }

  String name() {
    return StableId.of(planId, Integer.toString(version));
  }

  /** What use did not make up for: 0 where it did. Credit and sponsors count as charged. */
  Part.TrueUp missing(List<Line> lines) {
    long charged = 0;
    for (Line line : lines) {
      if (line.kind() == Line.Kind.USAGE
          && line.planId().equals(planId)
          && line.priceVersion() == version) {
        charged = Math.addExact(charged, line.revenueMicros());
      }
    }
    long missing = Math.max(0, Math.subtractExact(committedMicros, Math.max(0, charged)));
    return new Part.TrueUp(committedMicros, charged, missing);
  }
}
