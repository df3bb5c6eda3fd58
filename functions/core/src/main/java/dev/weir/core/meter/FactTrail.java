package dev.weir.core.meter;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The way back from an hour to its batches and from them to archived facts. Adds up again at every
 * step, and fails where a step does not add up. Stateless and thread-safe.
 */
public final class FactTrail {

  private final Table table;
  private final SealedHours hours;
  private final Archive archive;
  private final Readings readings;

  public FactTrail(Ports ports) {
    this.table = ports.table();
    this.hours = new SealedHours(ports);
    this.archive = new Archive(ports.blobs());
    this.readings = new Readings(ports);
  }

  /** One batch's part of an hour, with its facts. */
  public record Step(BatchRecord batch, BatchRecord.Sum sum, List<UsageFact> facts) {
    public Step {
      facts = List.copyOf(facts);
    }
  }

  /**
   * Walks from a sealed hour, all parts of it, to every fact in it.
   *
   * @throws ProblemException 409 where facts are missing, doubled or changed, naming the blob
   */
  public List<Step> walk(SealedHour hour) {
    Aggregation aggregation = readings.aggregations().of(hour.meter());
    List<Step> steps = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    long quantity = 0;
    long count = 0;
    for (BatchRecord batch : BatchRecord.of(table, hour.hour())) {
      Optional<BatchRecord.Sum> sum = batch.sums().stream().filter(s -> of(s, hour)).findFirst();
      if (sum.isPresent()) {
        Step step = step(hour, batch, sum.get(), keys);
        steps.add(step);
        quantity =
            aggregation == Aggregation.SUM
                ? Math.addExact(quantity, sum.get().quantity())
                : quantity;
        count += sum.get().count();
      }
    }
    HourSum sealed = sealed(hour);
    quantity +=
        switch (aggregation) {
          case SUM -> 0;
          case COUNT -> count;
          case MAX, UNIQUE, LATEST ->
              readings(hour).stream().mapToLong(Reading::delta).reduce(0, Math::addExact);
        };
    if (quantity != sealed.quantity() || count != sealed.count()) {
      throw broken(
          hour,
          "batches add up to %d in %d facts, sealed are %d in %d"
              .formatted(quantity, count, sealed.quantity(), sealed.count()));
    }
    return steps;
  }

  /**
   * What the facts of a sealed hour add to it, by their own hours, where their batches do not
   * simply add up: which fact decided, and what late ones changed. None of a meter whose batches
   * do.
   */
  public List<Reading> readings(SealedHour hour) {
    return readings
        .of(hour.hour(), BatchRecord.of(table, hour.hour()), hour.agreementId()::equals)
        .stream()
        .filter(reading -> reading.of().equals(hour.of()))
        .toList();
  }

  /** All parts of the hour together. */
  private HourSum sealed(SealedHour hour) {
    HourSum sum = new HourSum(hour.of(), 0, 0);
    for (AgreementHour part : hours.parts(hour.agreementId(), hour.hour())) {
      for (SealedHour one : part.sums()) {
        sum = one.of().equals(hour.of()) ? sum.plus(one.quantity(), one.count()) : sum;
      }
    }
    return sum;
  }

  private Step step(SealedHour hour, BatchRecord batch, BatchRecord.Sum sum, Set<String> keys) {
    List<UsageFact> facts =
        read(batch).stream()
            .filter(fact -> HourSum.Of.of(fact, batch.hourOf(fact)).equals(hour.of()))
            .toList();
    long quantity = 0;
    for (UsageFact fact : facts) {
      if (!keys.add(fact.key())) {
        throw broken(hour, "fact " + fact.key() + " is counted twice, again in " + batch.blob());
      }
      quantity = Math.addExact(quantity, fact.quantity());
    }
    if (quantity != sum.quantity() || facts.size() != sum.count()) {
      throw broken(
          hour,
          "facts in %s add up to %d in %d facts, the batch added %d in %d"
              .formatted(batch.blob(), quantity, facts.size(), sum.quantity(), sum.count()));
    }
    return new Step(batch, sum, facts);
  }

  /** Visits every archived fact that was added to an hour, sealed or not. */
  public void forEachFact(Instant hour, Consumer<UsageFact> visitor) {
    for (BatchRecord batch : BatchRecord.of(table, hour)) {
      read(batch).stream().filter(fact -> batch.hourOf(fact).equals(hour)).forEach(visitor);
    }
  }

  /** One agreement's use of one meter through one channel. */
  public record Sum(
      String agreementId, String channelId, String meter, long quantity, long count) {}

  /** Visits what the batches of an hour come to, sealed or not, as it would be sealed now. */
  public void forEachSum(Instant hour, Consumer<Sum> visitor) {
    List<BatchRecord> batches = BatchRecord.of(table, hour);
    HourTotals.of(hour, batches, readings.aggregations())
        .with(readings.of(hour, batches, _ -> true))
        .forEach(sum -> {
          HourSum.Of of = sum.of();
          visitor.accept(
              new Sum(of.agreementId(), of.channelId(), of.meter(), sum.quantity(), sum.count()));
        });
  }

  /**
   * Visits what the archived facts of an hour come to, each fact counted once; the sums that
   * batches carry are not looked at.
   *
   * @param unseen whether a fact of this key was not visited before
   */
  public void forEachCounted(Instant hour, Predicate<String> unseen, Consumer<Sum> visitor) {
    Map<HourSum.Of, Tally> tallies = new TreeMap<>(Comparator.comparing(HourSum.Of::sort));
    forEachFact(
        hour,
        fact -> {
          if (unseen.test(fact.key())) {
            tallies
                .computeIfAbsent(
                    HourSum.Of.of(fact, hour),
                    of -> new Tally(readings.aggregations().of(of.meter())))
                .add(fact);
          }
        });
    Map<HourSum.Of, Long> read = new HashMap<>();
    readings
        .of(hour, BatchRecord.of(table, hour), _ -> true)
        .forEach(reading -> read.merge(reading.of(), reading.delta(), Math::addExact));
    tallies.forEach((of, tally) ->
        visitor.accept(
            new Sum(
                of.agreementId(),
                of.channelId(),
                of.meter(),
                read.getOrDefault(of, tally.value()),
                tally.count())));
  }

  /** Visits what batches added to an hour, sealed or not, with the sources that they came from. */
  public void forEachBatch(Instant hour, Consumer<BatchRecord> visitor) {
    BatchRecord.of(table, hour).forEach(visitor);
  }

  private List<UsageFact> read(BatchRecord batch) {
    return archive
        .read(batch.blob())
        .orElseThrow(() ->
            new ProblemException(
                Problem.conflict("archived facts " + batch.blob() + " are missing")));
  }

  private static boolean of(BatchRecord.Sum sum, SealedHour hour) {
    return sum.agreementId().equals(hour.agreementId())
        && sum.channelId().equals(hour.channelId())
        && sum.meter().equals(hour.meter());
  }

  private static ProblemException broken(SealedHour hour, String detail) {
    return new ProblemException(
        Problem.conflict(
            "hour %s of meter %s, agreement %s: %s"
                .formatted(Hours.name(hour.hour()), hour.meter(), hour.agreementId(), detail)));
  }
}
