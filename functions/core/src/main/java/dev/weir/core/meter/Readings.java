package dev.weir.core.meter;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the archived facts of hours whose meters do not simply add up: maxima, different things,
 * latest values. An hour's quantity is the sum over the facts' own hours of what each is with them,
 * less what it was before. So of one own hour, all that is ever counted is the quantity of all its
 * facts together, however late some came and in how many hours they were counted.
 *
 * <p>What was counted before is read from the facts again: those of the own hour, and of the hours
 * that took late ones, which are noted when they are sealed. Archives are only read where a batch
 * holds such a meter. Stateless but for what never changes, and thread-safe.
 */
final class Readings {

  private static final Comparator<HourSum.Of> ORDER =
      Comparator.comparing(HourSum.Of::sort).thenComparing(HourSum.Of::hour);

  private final Table table;
  private final Archive archive;
  private final Aggregations aggregations;

  Readings(Ports ports) {
    this.table = ports.table();
    this.archive = new Archive(ports.blobs());
    this.aggregations = new Aggregations(ports);
  }

  Aggregations aggregations() {
    return aggregations;
  }

  private Aggregation aggregation(String meter) {
    return aggregations.of(meter);
  }

  /** The own hours of late facts, by number, as noted for the hour in which they were counted. */
  private record Late(List<Long> own) {}

  /**
   * Reads an hour.
   *
   * @param batches all that was added to it
   * @param wanted the agreements that are read
   * @return by what is counted, of the own hours the earliest first; nothing of meters that add up
   * @throws ProblemException 409 where archived facts are missing, naming the blob
   */
  List<Reading> of(Instant hour, Collection<BatchRecord> batches, Predicate<String> wanted) {
    Map<HourSum.Of, Map<Instant, Tally>> tallies = new TreeMap<>(ORDER);
    Map<Instant, Set<HourSum.Of>> late = new TreeMap<>();
    forEachFact(
        hour,
        batches,
        wanted,
        fact -> {
          HourSum.Of of = HourSum.Of.of(fact, hour);
          Instant own = Hours.of(fact.at());
          tallies
              .computeIfAbsent(of, _ -> new TreeMap<>())
              .computeIfAbsent(own, _ -> tally(of))
              .add(fact);
          if (own.isBefore(hour)) {
            late.computeIfAbsent(own, _ -> new TreeSet<>(ORDER)).add(of);
          }
        });
    Map<Instant, Map<HourSum.Of, Tally>> before = new TreeMap<>();
    late.forEach((own, ofs) -> before.put(own, before(own, hour, ofs)));
    List<Reading> readings = new ArrayList<>();
    tallies.forEach((of, byOwn) ->
        byOwn.forEach((own, tally) -> {
          Tally old = before.getOrDefault(own, Map.of()).getOrDefault(of, tally(of));
          readings.add(reading(of, own, old, tally));
        }));
    return readings;
  }

  private Tally tally(HourSum.Of of) {
    return new Tally(aggregation(of.meter()));
  }

  private Reading reading(HourSum.Of of, Instant own, Tally old, Tally tally) {
    Tally all = tally(of);
    all.addAll(old);
    all.addAll(tally);
    return new Reading(
        of.agreementId(),
        of.channelId(),
        of.meter(),
        of.hour(),
        own,
        old.value(),
        all.value(),
        all.decisive(),
        all.full());
  }

  /** What was counted of an own hour before another: in itself, and late in hours between. */
  private Map<HourSum.Of, Tally> before(Instant own, Instant hour, Set<HourSum.Of> wanted) {
    Map<Instant, Set<String>> counted = new TreeMap<>();
    for (HourSum.Of of : wanted) {
      counted.computeIfAbsent(own, _ -> new TreeSet<>()).add(of.agreementId());
      for (Instant target : lateHours(of.agreementId(), own, hour)) {
        counted.computeIfAbsent(target, _ -> new TreeSet<>()).add(of.agreementId());
      }
    }
    Map<HourSum.Of, Tally> tallies = new TreeMap<>(ORDER);
    counted.forEach((target, agreements) ->
        forEachFact(
            target,
            BatchRecord.of(table, target),
            agreements::contains,
            fact -> {
              HourSum.Of of = HourSum.Of.of(fact, hour);
              if (wanted.contains(of) && Hours.of(fact.at()).equals(own)) {
                tallies.computeIfAbsent(of, this::tally).add(fact);
              }
            }));
    return tallies;
  }

  /** Visits the facts of wanted agreements, of meters that do not add up. */
  private void forEachFact(
      Instant hour,
      Collection<BatchRecord> batches,
      Predicate<String> wanted,
      Consumer<UsageFact> visitor) {
    for (BatchRecord batch : batches) {
      boolean some =
          batch.sums().stream()
              .anyMatch(s -> wanted.test(s.agreementId()) && !aggregation(s.meter()).adds());
      if (some) {
        facts(batch).stream()
            .filter(fact -> wanted.test(fact.agreementId()))
            .filter(fact -> batch.hourOf(fact).equals(hour))
            .filter(fact -> !aggregation(fact.meter()).adds())
            .forEach(visitor);
      }
    }
  }

  private List<UsageFact> facts(BatchRecord batch) {
    return archive
        .read(batch.blob())
        .orElseThrow(() ->
            new ProblemException(
                Problem.conflict("archived facts " + batch.blob() + " are missing")));
  }

  /** The hours before another in which facts of an own hour were counted late. */
  private List<Instant> lateHours(String agreementId, Instant own, Instant before) {
    List<Instant> hours = new ArrayList<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.late(agreementId)))) {
      Instant hour = Hours.parse(item.key().sort());
      boolean between = hour.isAfter(own) && hour.isBefore(before);
      if (between && Json.read(item.body(), Late.class).own().contains(Hours.number(own))) {
        hours.add(hour);
      }
    }
    return hours;
  }

  /** The write that notes late facts, for the commit that seals them; none where there are none. */
  static Optional<Write> note(String agreementId, Instant hour, List<Reading> readings) {
    List<Long> own =
        readings.stream()
            .filter(r -> r.agreementId().equals(agreementId) && r.own().isBefore(hour))
            .map(r -> Hours.number(r.own()))
            .distinct()
            .sorted()
            .toList();
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(Write.put(Keys.late(agreementId, hour), Json.write(new Late(own))));
  }
}
