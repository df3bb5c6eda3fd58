package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.bill.Proration.Period;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.meter.Hours;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Which parts of a subscription's periods were charged, and what is to be charged or given back
 * next: pure. What should be covered follows from the agreement's terms; what is charged is the
 * difference to what was, so that any history of changes ends at the same sum, {@link Proration}'s
 * of the time in force.
 *
 * @param of the price that was charged
 * @param period whole
 * @param charged the hour of its first charge: a refund counts for that hour's running sums of
 *     discounts and its shares, whenever it comes
 * @param spans what of it is charged, by time, apart from each other
 * @param entries how many charges and refunds there were
 */
record Coverage(Of of, Period period, Instant charged, List<Period> spans, int entries) {

  /** How long after its end a period can still be corrected. */
  static final Duration CORRECTED_MAX = Duration.ofDays(62);

  private static final Duration PERIOD_MAX = Duration.ofDays(366);

  Coverage {
    spans = List.copyOf(spans);
  }

  /** One subscription price of a plan's version; {@code index} among the version's. */
  record Of(String planId, int version, int index) {}

  /**
   * A time in which a subscription price is in force.
   *
   * @param began when the agreement's first period began
   * @param to absent while nothing ends it
   */
  record Force(Of of, Charge.Flat flat, Instant began, Instant from, Optional<Instant> to) {

    private Instant end() {
      return to.orElse(Instant.MAX);
    }
  }

  /**
   * One charge, or refund where negative.
   *
   * @param number which one of its period, from 0
   * @param after the coverage with it
   */
  record Due(Of of, Part.Span span, int number, Coverage after) {}

  /**
   * What is due.
   *
   * @param covered what was charged before, of periods that are not older than {@link
   *     #CORRECTED_MAX}
   * @param until periods that begin before it are charged, in advance; ends before it refunded
   */
  static List<Due> due(List<Force> forces, List<Coverage> covered, Instant until) {
    return due(forces, covered, until, until);
  }

  /**
   * What is due.
   *
   * @param from up to when it was charged before: periods that were too old then are done with,
   *     however long nothing was charged since
   */
  static List<Due> due(List<Force> forces, List<Coverage> covered, Instant from, Instant until) {
    List<Due> dues = new ArrayList<>();
    Map<Slot, Coverage> slots = new LinkedHashMap<>();
    covered.forEach(c -> slots.put(new Slot(c.of(), c.period().from()), c));
    Map<Slot, List<Period>> wanted = wanted(forces, from, until);
    wanted.forEach((slot, spans) ->
        slots.computeIfAbsent(
            slot,
            s -> {
              Force force = force(forces, s.of());
              Period period = Proration.at(force.flat(), force.began(), s.from());
              Instant first = spans.getFirst().from();
              return new Coverage(s.of(), period, Hours.of(first), List.of(), 0);
            }));
    slots.forEach((slot, before) -> {
      Optional<Force> force = forces.stream().filter(f -> f.of().equals(slot.of())).findFirst();
      if (force.isPresent() && !before.tooOld(from)) {
        List<Period> spans = wanted.getOrDefault(slot, List.of());
        dues.addAll(before.towards(spans, force.get().flat().amountMicros(), until));
      }
    });
    return dues;
  }

  /** When an agreement began, to the second. */
  static Instant began(Agreement agreement) {
    return agreement.startedAt().truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * When which subscription prices are in force by an agreement's terms.
   *
   * @param began when the first period begins: the agreement's beginning, or the end of its trial
   * @param price looks up a plan's price version
   */
  static List<Force> forces(
      Agreement agreement, Instant began, BiFunction<String, Integer, PriceVersion> price) {
    List<Force> forces = new ArrayList<>();
    List<Term> terms = agreement.terms();
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      Instant from = later(term.from().truncatedTo(ChronoUnit.SECONDS), began);
      Optional<Instant> to =
          i + 1 < terms.size()
              ? Optional.of(terms.get(i + 1).from().truncatedTo(ChronoUnit.SECONDS))
              : Optional.empty();
      if (term.kind() != Term.Kind.ACTIVE || to.map(end -> !from.isBefore(end)).orElse(false)) {
        continue;
      }
      List<Charge.Flat> flats = price.apply(term.planId(), term.priceVersion()).flats();
      for (int index = 0; index < flats.size(); index++) {
        Of of = new Of(term.planId(), term.priceVersion(), index);
        forces.add(new Force(of, flats.get(index), began, from, to));
      }
    }
    return forces;
  }

  private record Slot(Of of, Instant from) {}

  /** Whether its period is over so long that nothing changes any more. */
  boolean tooOld(Instant at) {
    return period.to().plus(CORRECTED_MAX).isBefore(at);
  }

  static Force force(List<Force> forces, Of of) {
    return forces.stream().filter(f -> f.of().equals(of)).findFirst().orElseThrow();
  }

  /** What should be covered, by period. */
  private static Map<Slot, List<Period>> wanted(
      List<Force> forces, Instant charged, Instant until) {
    Map<Slot, List<Period>> wanted = new LinkedHashMap<>();
    for (Force force : forces) {
      Instant at = later(force.from(), charged.minus(CORRECTED_MAX).minus(PERIOD_MAX));
      while (at.isBefore(until) && at.isBefore(force.end())) {
        Period period = Proration.at(force.flat(), force.began(), at);
        Instant from = later(period.from(), force.from());
        Instant to = force.end().isBefore(period.to()) ? force.end() : period.to();
        if (from.isBefore(until) && from.isBefore(to)) {
          wanted
              .computeIfAbsent(new Slot(force.of(), period.from()), _ -> new ArrayList<>())
              .add(new Period(from, to));
        }
        at = period.to();
      }
    }
    wanted.values().forEach(spans -> spans.sort(Comparator.comparing(Period::from)));
    return wanted;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /** The charges and refunds that lead to what is wanted. */
  private List<Due> towards(List<Period> wanted, long amountMicros, Instant until) {
    List<Due> dues = new ArrayList<>();
    Coverage now = this;
    for (Period back : minus(spans, wanted)) {
      if (!back.from().isAfter(until)) {
        now = now.with(minus(now.spans, List.of(back)));
        dues.add(now.entry(back, amountMicros, -1));
      }
    }
    for (Period more : minus(wanted, spans)) {
      List<Period> joined = new ArrayList<>(now.spans);
      joined.add(more);
      now = now.with(joined(joined));
      dues.add(now.entry(more, amountMicros, 1));
    }
    return dues;
  }

  private Coverage with(List<Period> newSpans) {
    return new Coverage(of, period, charged, newSpans, entries + 1);
  }

  private Due entry(Period span, long amountMicros, int sign) {
    long micros = Proration.part(amountMicros, period, span.from(), span.to());
    return new Due(
        of,
        new Part.Span(
            span.from(),
            span.to(),
            span.seconds(),
            period.seconds(),
            amountMicros,
            Math.multiplyExact(sign, micros)),
        entries - 1,
        this);
  }

  /** What is in some spans and not in others; each list by time and apart from each other. */
  static List<Period> minus(List<Period> some, List<Period> others) {
    List<Period> left = new ArrayList<>(some);
    for (Period other : others) {
      List<Period> next = new ArrayList<>();
      for (Period span : left) {
        if (!other.from().isBefore(span.to()) || !span.from().isBefore(other.to())) {
          next.add(span);
          continue;
        }
        if (span.from().isBefore(other.from())) {
          next.add(new Period(span.from(), other.from()));
        }
        if (other.to().isBefore(span.to())) {
          next.add(new Period(other.to(), span.to()));
        }
      }
      left = next;
    }
    return left;
  }

  private static List<Period> joined(List<Period> spans) {
    List<Period> joined = new ArrayList<>();
    for (Period span : spans.stream().sorted(Comparator.comparing(Period::from)).toList()) {
      if (!joined.isEmpty() && !span.from().isAfter(joined.getLast().to())) {
        Period last = joined.removeLast();
        joined.add(new Period(last.from(), later(last.to(), span.to())));
      } else {
        joined.add(span);
      }
    }
    return joined;
  }
}
