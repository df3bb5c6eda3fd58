package dev.weir.local.simulate;

import dev.weir.core.bill.Line;
import dev.weir.core.bill.Lines;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.UsageFact;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must add up when all trouble is over and everything was worked off. */
final class FinalChecks {

  private final World world;
  private final Shop shop;
  private final Map<String, SealedHour> sealed;
  private final Map<Reference.Of, UsageFact> counted = new HashMap<>();
  private final Map<Reference.Of, Instant> countedIn = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();
  private final List<Line> charged = new ArrayList<>();
  private final Set<String> incidents = new HashSet<>();

  FinalChecks(World world, Shop shop, Map<String, SealedHour> sealed) {
    this.world = world;
    this.shop = shop;
    this.sealed = sealed;
  }

  /**
   * Checks everything.
   *
   * @param books what was noted of documents and payments, where there were some
   */
  void run(List<ChannelSide> channels, Optional<Paper> books) {
    readIncidents();
    factsAddUpToSealedHours();
    everythingDurableIsCountedOnce();
    new EndChecks(world, shop).run(counted.values(), refusedFacts());
    linesAreTheSealedHours();
    monthsCostWhatTheirPricesSay();
    sharesAddUp();
    MarketChecks markets = new MarketChecks(world, shop, sealed, incidents);
    channels.forEach(markets::run);
    budgetsAreSettled();
    books.ifPresent(b -> {
      new PlanChecks(world, shop).run(charged);
      new BookChecks(world, shop, b).run();
    });
    new LedgerChecks(world, shop, books.orElseGet(Paper::new)).run(charged);
  }

  private void readIncidents() {
    for (Incident incident : new Incidents(world.base()).list()) {
      incidents.add(incident.subject());
    }
  }

  private void factsAddUpToSealedHours() {
    Map<String, Long> sums = new HashMap<>();
    Set<String> keys = new HashSet<>();
    FactTrail trail = new FactTrail(world.base());
    Set<Instant> hours = new TreeSet<>();
    sealed.values().forEach(sum -> hours.add(sum.hour()));
    for (Instant hour : hours) {
      trail.forEachFact(
          hour,
          fact -> {
            Violation.unless(keys.add(fact.key()), "fact %s is counted twice", fact);
            Reference.Of of = new Reference.Of(fact.callId(), fact.meter());
            UsageFact before = counted.putIfAbsent(of, fact);
            Violation.unless(before == null, "a call is counted twice: %s, %s", before, fact);
            countedIn.put(of, hour);
            sums.merge(
                fact.agreementId() + "/" + fact.channelId() + "/" + fact.meter() + "/" + hour,
                fact.quantity(),
                Math::addExact);
          });
    }
    Map<String, Long> hourly = new HashMap<>();
    sealed.values().forEach(sum -> hourly.merge(of(sum), sum.quantity(), Math::addExact));
    hourly.forEach((of, sum) ->
        Violation.unless(
            sum.equals(sums.get(of)),
            "of %s %d are sealed, its facts add up to %d",
            of,
            sum,
            sums.getOrDefault(of, 0L)));
    sums.forEach((of, sum) ->
        Violation.unless(hourly.containsKey(of), "%d facts of %s are not sealed", sum, of));
  }

  private static String of(SealedHour sum) {
    return sum.agreementId() + "/" + sum.channelId() + "/" + sum.meter() + "/" + sum.hour();
  }

  private void everythingDurableIsCountedOnce() {
    Set<Reference.Of> refused = refusedFacts().keySet();
    Map<Budgets.Of, Long> lost = new LinkedHashMap<>();
    Map<Reference.Of, Reference.Noted> noted = world.reference().noted();
    noted.forEach((of, note) -> {
      UsageFact fact = counted.get(of);
      if (fact != null) {
        Violation.unless(
            fact.quantity() == note.usage().quantity()
                && fact.agreementId().equals(note.usage().agreementId())
                && fact.channelId().equals(note.usage().channelId()),
            "delivered %s, counted %s",
            note.usage(),
            fact);
        Violation.unless(!refused.contains(of), "%s is counted and refused", fact);
      } else if (note.sure() && !refused.contains(of)) {
        Violation.unless(
            world.reference().isDestroyed(note.host()),
            "not counted, though it was durable on \"%s\": %s",
            note.host(),
            note.usage());
        lost.merge(
            Budgets.Of.at(note.usage().agreementId(), note.usage().meter(), note.usage().at()),
            note.usage().quantity(),
            Math::addExact);
      }
    });
    counted.forEach((of, fact) -> countedInItsHour(of, fact, noted.get(of)));
    counted.forEach((of, fact) ->
        Violation.unless(noted.containsKey(of), "counted, but never delivered: %s", fact));
    lost.forEach((of, quantity) -> {
      Budgets.State state = new Budgets(world.base()).state(of);
      Violation.unless(
          quantity <= state.expired(),
          "lost with a destroyed host are %d of %s, shown are %s",
          quantity,
          of,
          state);
    });
  }

  /** Sealing waits for a host that lives, so only what was given up, or copied, may be late. */
  private void countedInItsHour(Reference.Of of, UsageFact fact, Reference.@Nullable Noted note) {
    if (note == null
        || note.source().isEmpty()
        || incidents.contains(note.source())
        || world.has(Trouble.CLONE)) {
      return;
    }
    Instant own = Hours.of(fact.at());
    Instant in = countedIn.getOrDefault(of, Instant.MIN);
    Violation.unless(
        own.equals(in),
        "%s was counted in the hour %s though its source %s lived",
        fact,
        in,
        note.source());
  }

  /** Facts that were kept aside with an incident. */
  private Map<Reference.Of, UsageFact> refusedFacts() {
    Map<Reference.Of, UsageFact> refused = new HashMap<>();
    for (String subject : incidents) {
      if (subject.startsWith("refused/")) {
        Blob.lines(world.base(), subject)
            .forEach(fact -> refused.put(new Reference.Of(fact.callId(), fact.meter()), fact));
      }
    }
    return refused;
  }

  private void linesAreTheSealedHours() {
    List<YearMonth> months = new Earned(world.base(), shop, new Paper()).months();
    Map<String, List<Long>> rated = new TreeMap<>();
    for (Shop.Sold sold : shop.sold()) {
      for (YearMonth month : months) {
        for (Line line : new Lines(world.base()).list(sold.id(), month)) {
          charged.add(line);
          if (line.kind() != Line.Kind.USAGE && line.kind() != Line.Kind.COST) {
            continue;
          }
          String of =
              line.agreementId() + "/" + line.channelId() + "/" + line.meter() + "/" + line.hour();
          rated.computeIfAbsent(of, _ -> new ArrayList<>()).add(line.quantity());
          lines.add(line);
        }
      }
    }
    // A part of an hour has one line of each meter; mostly an hour has one part.
    Map<String, List<Long>> parts = new TreeMap<>();
    for (SealedHour sum : sealed.values()) {
      parts.computeIfAbsent(of(sum), _ -> new ArrayList<>()).add(sum.quantity());
    }
    parts.forEach((of, quantities) -> {
      List<Long> own = rated.getOrDefault(of, new ArrayList<>());
      own.sort(null);
      quantities.sort(null);
      Violation.unless(
          own.equals(quantities), "of %s lines are %s, sealed %s", of, own, quantities);
    });
    Violation.unless(
        rated.size() == parts.size(), "%d hours in lines, %d sealed", rated.size(), parts.size());
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }

  private void monthsCostWhatTheirPricesSay() {
    Map<String, Long> units = new HashMap<>();
    Map<String, Long> amounts = new HashMap<>();
    Map<String, Charge.PerUnit> prices = new HashMap<>();
    Catalog catalog = new Catalog(world.base());
    for (Line line : lines) {
      Optional<Charge.Metered> price =
          catalog
              .price(line.planId(), line.priceVersion())
              .flatMap(version -> version.metered(line.meter()));
      if (price.orElse(null) instanceof Charge.PerUnit unit) {
        String of =
            line.agreementId() + " " + month(line.hour()) + " " + line.planId() + " " + unit;
        prices.put(of, unit);
        units.merge(of, line.quantity(), Math::addExact);
        amounts.merge(of, PlanChecks.gross(line), Math::addExact);
      } else {
        Violation.unless(line.amountMicros() == 0, "%s has no price", line);
      }
    }
    prices.forEach((of, price) -> {
      long billed = Math.max(0, units.getOrDefault(of, 0L) - price.includedQuantity());
      long amount = price(billed, price);
      long charged = amounts.getOrDefault(of, 0L);
      Violation.unless(charged == amount, "%s: charged %d, not %d", of, charged, amount);
    });
  }

  private static long price(long units, Charge.PerUnit price) {
    BigInteger size = BigInteger.valueOf(price.unitSize());
    BigInteger[] parts =
        BigInteger.valueOf(units)
            .multiply(BigInteger.valueOf(price.unitPriceMicros()))
            .divideAndRemainder(size);
    boolean up = parts[1].shiftLeft(1).compareTo(size) >= 0;
    return parts[0].add(up ? BigInteger.ONE : BigInteger.ZERO).longValueExact();
  }

  /**
   * Fee, share and rest are within one of their exact parts, nearest first, and nothing is lost.
   */
  private void sharesAddUp() {
    for (Line line : lines) {
      shop.of(line.billedThrough())
          .ifPresent(terms -> {
            List<Long> parts =
                Parts.of(PlanChecks.gross(line), terms.feeBasisPoints(), terms.shareBasisPoints());
            Violation.unless(
                line.feeMicros() == parts.get(0) && line.shareMicros() == parts.get(1),
                "of %d, fee %d and share %d are not %s",
                line.amountMicros(),
                line.feeMicros(),
                line.shareMicros(),
                parts);
          });
    }
  }

  private void budgetsAreSettled() {
    world
        .reference()
        .budgets()
        .forEach((of, known) -> {
          Budgets.State state = new Budgets(world.base()).state(of);
          Violation.unless(state.reserved() == 0, "budget %s ends with %s", of, state);
          Violation.unless(
              known.delivered() <= state.spent() + state.expired(),
              "budget %s shows %s, delivered were %d",
              of,
              state,
              known.delivered());
        });
  }

  /** So long after the last trouble every tranche, lease and retry is over. */
  static final Duration QUIET = Duration.ofMinutes(70);
}
