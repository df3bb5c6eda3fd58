package dev.weir.core.meter;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The way back from an hour to its batches and from them to archived facts. Adds up again at every
 * step, and fails where a step does not add up. Stateless and thread-safe.
 */
public final class FactTrail {

  private final Table table;
  private final SealedHours hours;
  private final Archive archive;

  public FactTrail(Ports ports) {
    this.table = ports.table();
    this.hours = new SealedHours(ports);
    this.archive = new Archive(ports.blobs());
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
    List<Step> steps = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    long quantity = 0;
    long count = 0;
    for (BatchRecord batch : BatchRecord.of(table, hour.hour())) {
      Optional<BatchRecord.Sum> sum = batch.sums().stream().filter(s -> of(s, hour)).findFirst();
      if (sum.isPresent()) {
        Step step = step(hour, batch, sum.get(), keys);
        steps.add(step);
        quantity = Math.addExact(quantity, sum.get().quantity());
        count += sum.get().count();
      }
    }
    HourSum sealed = sealed(hour);
    if (quantity != sealed.quantity() || count != sealed.count()) {
      throw broken(
          hour,
          "batches add up to %d in %d facts, sealed are %d in %d"
              .formatted(quantity, count, sealed.quantity(), sealed.count()));
    }
    return steps;
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

  /** Visits the sums that batches added to an hour, sealed or not. */
  public void forEachSum(Instant hour, Consumer<BatchRecord.Sum> visitor) {
    BatchRecord.of(table, hour).forEach(batch -> batch.sums().forEach(visitor));
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
