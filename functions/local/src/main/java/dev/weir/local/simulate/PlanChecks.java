package dev.weir.local.simulate;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.bill.Line;
import dev.weir.core.bill.Part;
import dev.weir.core.bill.RateHours;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is charged by time, once and in advance follows from what customers agreed to. */
final class PlanChecks {

  /** A time in which a plan was paid for. */
  private record Held(String planId, int version, Instant from, Instant to) {}

  private final World world;
  private final Shop shop;
  private final Catalog catalog;
  private final Instant until;

  PlanChecks(World world, Shop shop) {
    this.world = world;
    this.shop = shop;
    this.catalog = new Catalog(world.base());
    this.until = RateHours.ratedUntil(world.base());
  }

  void run(List<Line> all) {
    for (Shop.Sold sold : shop.sold()) {
      Agreement agreement = new Accounts(world.base()).agreement(sold.id()).orElseThrow();
      List<Line> lines = all.stream().filter(l -> l.agreementId().equals(sold.id())).toList();
      List<Held> held = held(agreement);
      useHasTheTermOfItsHour(agreement, lines);
      subscriptionsCostTheirSeconds(agreement, held, lines);
      onceIsOnce(held, lines);
      commitmentsAreMet(held, lines);
      creditIsUsedInOrder(lines);
    }
  }

  private List<Held> held(Agreement agreement) {
    List<Held> held = new ArrayList<>();
    List<Term> terms = agreement.terms();
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      Instant to = i + 1 < terms.size() ? terms.get(i + 1).from() : Instant.MAX;
      Instant from = i == 0 ? seconds(term.from()) : term.from();
      if (term.kind() == Term.Kind.ACTIVE && from.isBefore(to) && from.isBefore(until)) {
        held.add(new Held(term.planId(), term.priceVersion(), from, to));
      }
    }
    return held;
  }

  private static Instant seconds(Instant at) {
    return Instant.ofEpochSecond(at.getEpochSecond());
  }

  private static void useHasTheTermOfItsHour(Agreement agreement, List<Line> lines) {
    for (Line line : lines) {
      if (line.kind() == Line.Kind.USAGE) {
        Term held = agreement.terms().getFirst();
        for (Term term : agreement.terms()) {
          held = term.from().isAfter(line.hour()) ? held : term;
        }
        Violation.unless(
            held.planId().equals(line.planId()) && held.priceVersion() == line.priceVersion(),
            "%s was rated, %s held",
            line,
            held);
      }
    }
  }

  /** Over all changes: each second of a period costs its share of the period's price. */
  private void subscriptionsCostTheirSeconds(
      Agreement agreement, List<Held> held, List<Line> lines) {
    Map<String, Long> owed = new HashMap<>();
    for (Held one : held) {
      for (Charge.Flat flat : catalog.price(one.planId(), one.version()).orElseThrow().flats()) {
        owed.merge(of(one.planId(), flat.amountMicros()), owed(agreement, one, flat), Long::sum);
      }
    }
    Map<String, Long> charged = new HashMap<>();
    for (Line line : lines) {
      for (Part part : line.parts()) {
        if (part instanceof Part.Span span) {
          charged.merge(of(line.planId(), span.wholeMicros()), span.micros(), Long::sum);
        }
      }
    }
    owed.forEach((of, micros) ->
        Violation.unless(
            charged.getOrDefault(of, 0L).equals(micros),
            "agreement %s was charged %d of subscription %s, not %d: %s",
            agreement.id(),
            charged.getOrDefault(of, 0L),
            of,
            micros,
            agreement.terms()));
    Violation.unless(
        owed.keySet().containsAll(charged.keySet()), "charged %s, owed %s", charged, owed);
  }

  private static String of(String planId, long micros) {
    return planId + " " + micros;
  }

  private long owed(Agreement agreement, Held held, Charge.Flat flat) {
    LocalDateTime began =
        LocalDateTime.ofInstant(seconds(agreement.terms().getFirst().from()), ZoneOffset.UTC);
    LocalDateTime anchor =
        flat.billingDay()
            .map(day -> {
              LocalDateTime first = began.toLocalDate().withDayOfMonth(day).atStartOfDay();
              return first.toLocalDate().isBefore(began.toLocalDate())
                  ? next(flat, first, 1)
                  : first;
            })
            .orElse(began);
    long sum = 0;
    for (int n = -1; next(flat, anchor, n).toInstant(ZoneOffset.UTC).isBefore(until); n++) {
      Instant from = next(flat, anchor, n).toInstant(ZoneOffset.UTC);
      Instant to = next(flat, anchor, n + 1).toInstant(ZoneOffset.UTC);
      Instant begins = later(from, held.from());
      Instant ends = held.to().isBefore(to) ? held.to() : to;
      if (begins.isBefore(ends) && begins.isBefore(until)) {
        sum += earned(flat.amountMicros(), from, to, ends);
        sum -= earned(flat.amountMicros(), from, to, begins);
      }
    }
    return sum;
  }

  private static LocalDateTime next(Charge.Flat flat, LocalDateTime anchor, int periods) {
    return flat.period() == Charge.Period.YEAR
        ? anchor.plusYears(periods)
        : anchor.plusMonths(periods);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /** What of a period's price was earned by a moment, half up. */
  private static long earned(long micros, Instant from, Instant to, Instant by) {
    return BigDecimal.valueOf(micros)
        .multiply(BigDecimal.valueOf(Duration.between(from, by).toSeconds()))
        .divide(BigDecimal.valueOf(Duration.between(from, to).toSeconds()), 0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  private void onceIsOnce(List<Held> held, List<Line> lines) {
    for (String plan : List.of(Shop.BASIC, Shop.PRO)) {
      boolean had = held.stream().anyMatch(h -> h.planId().equals(plan));
      List<Long> paid =
          lines.stream()
              .filter(l -> l.kind() == Line.Kind.ONE_TIME && l.planId().equals(plan))
              .map(l -> l.parts().getFirst().micros())
              .toList();
      List<Long> owed =
          had
              ? catalog.price(plan, 1).orElseThrow().of(Charge.OneTime.class).stream()
                  .map(Charge.OneTime::amountMicros)
                  .toList()
              : List.of();
      Violation.unless(paid.equals(owed), "once for plan %s: %s, not %s", plan, paid, owed);
    }
  }

  private void commitmentsAreMet(List<Held> held, List<Line> lines) {
    YearMonth last = Earned.month(until).minusMonths(1);
    YearMonth first = Earned.month(Play.start(world.scenario()));
    for (YearMonth month = first; !month.isAfter(last); month = month.plusMonths(1)) {
      Instant from = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
      Instant to = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
      long owed = 0;
      for (Held one : held) {
        Instant begins = later(from, one.from());
        Instant ends = one.to().isBefore(to) ? one.to() : to;
        if (one.planId().equals(Shop.PRO) && begins.isBefore(ends)) {
          owed += earned(Shop.COMMITTED_MICROS, from, to, ends);
          owed -= earned(Shop.COMMITTED_MICROS, from, to, begins);
        }
      }
      long used = 0;
      long added = 0;
      for (Line line : lines) {
        if (Earned.month(line.hour()).equals(month) && line.planId().equals(Shop.PRO)) {
          used += line.kind() == Line.Kind.USAGE ? gross(line) : 0;
          added += line.kind() == Line.Kind.TRUE_UP ? gross(line) : 0;
        }
      }
      long missing = Math.max(0, owed - used);
      Violation.unless(
          added == missing,
          "for %s, %d were committed and %d used: %d were added",
          month,
          owed,
          used,
          added);
    }
  }

  /** What a line costs before credit pays for some of it. */
  static long gross(Line line) {
    long micros = line.amountMicros();
    for (Part part : line.parts()) {
      micros -= part instanceof Part.Credit credit ? credit.micros() : 0;
    }
    return micros;
  }

  /** No more than was bought, not after it expired, and first what expires first. */
  private void creditIsUsedInOrder(List<Line> lines) {
    Map<String, Part.Granted> packs = new HashMap<>();
    Map<String, Instant> bought = new HashMap<>();
    Map<String, Long> left = new HashMap<>();
    Map<String, Long> lapsed = new HashMap<>();
    for (Line line : lines) {
      for (Part part : line.parts()) {
        if (part instanceof Part.Granted granted) {
          packs.put(granted.pack(), granted);
          bought.put(granted.pack(), line.hour());
          left.merge(granted.pack(), granted.creditMicros(), Long::sum);
        } else if (part instanceof Part.Credit credit) {
          left.merge(credit.pack(), credit.micros(), Long::sum);
        } else if (part instanceof Part.Lapsed gone) {
          left.merge(gone.pack(), -gone.creditMicros(), Long::sum);
          lapsed.merge(gone.pack(), gone.creditMicros(), Long::sum);
        }
      }
    }
    packs.forEach((id, pack) -> {
      long rest = left.getOrDefault(id, 0L);
      boolean over = !pack.expires().isAfter(until);
      Violation.unless(over ? rest == 0 : rest >= 0, "pack %s of %s has %d left", id, pack, rest);
      firstWhatExpiresFirst(lines, pack, packs, bought);
    });
    Violation.unless(packs.keySet().containsAll(left.keySet()), "packs %s, used %s", packs, left);
  }

  /** Where a pack was drawn, those that expire sooner had been used up. */
  private static void firstWhatExpiresFirst(
      List<Line> lines,
      Part.Granted drawn,
      Map<String, Part.Granted> packs,
      Map<String, Instant> bought) {
    for (Line line : lines) {
      boolean draws =
          line.parts().stream()
              .anyMatch(p ->
                  p instanceof Part.Credit c && c.pack().equals(drawn.pack()) && c.micros() < 0);
      Violation.unless(
          !draws || line.hour().isBefore(drawn.expires()),
          "%s is paid from %s, expired",
          line,
          drawn);
      // What is charged by time for an hour long ago finds what later hours left.
      if (!draws || line.kind() != Line.Kind.USAGE) {
        continue;
      }
      for (Part.Granted other : packs.values()) {
        Instant from = Objects.requireNonNull(bought.get(other.pack()));
        boolean usable = !line.hour().isBefore(from) && line.hour().isBefore(other.expires());
        if (usable && other.expires().isBefore(drawn.expires())) {
          long used = used(lines, other.pack(), line.hour());
          Violation.unless(
              used >= other.creditMicros(),
              "%s is paid from %s; %s expires sooner, of it %d were used",
              line,
              drawn,
              other,
              used);
        }
      }
    }
  }

  /** What was drawn of a pack by an hour. */
  private static long used(List<Line> lines, String pack, Instant hour) {
    long used = 0;
    for (Line line : lines) {
      for (Part part : line.parts()) {
        if (part instanceof Part.Credit c
            && c.pack().equals(pack)
            && c.micros() < 0
            && !line.hour().isAfter(hour)) {
          used -= c.micros();
        }
      }
    }
    return used;
  }
}
