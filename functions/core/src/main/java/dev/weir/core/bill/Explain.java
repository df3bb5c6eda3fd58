package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Reading;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks from an amount back to the calls, and adds them up again on the way. Stateless and
 * thread-safe.
 */
public final class Explain {

  /** How long after its hour, or its rating, a line's quantity is looked for in reports. */
  private static final Duration CARRIED_MAX = Duration.ofHours(ReportQueue.CARRY_HOURS_MAX);

  private final Pinned pinned;
  private final Lines lines;
  private final SealedHours hours;
  private final FactTrail trail;
  private final Reports reports;

  public Explain(Ports ports, Terms terms) {
    this.pinned = new Pinned(ports, terms, false);
    this.lines = new Lines(ports);
    this.hours = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.reports = new Reports(ports, terms);
  }

  /**
   * Why a line is what it is.
   *
   * @param charge the pinned price; empty where all is included, and for a flat charge
   * @param priced what each tier of the price adds
   * @param hour the sealed hour; empty for a flat charge
   * @param steps the batches of the hour with their facts, whose call ids are the calls
   * @param readings of a meter whose batches do not add up, what decided the quantity
   * @param transaction what was posted for the line and those beside it; empty where they move no
   *     money
   * @param reports the report lines that hold a part of it
   */
  public record Explanation(
      Line line,
      Optional<Charge.Metered> charge,
      List<Rating.Step> priced,
      Optional<SealedHour> hour,
      List<FactTrail.Step> steps,
      List<Reading> readings,
      Optional<Transaction> transaction,
      List<ReportLine> reports) {}

  /**
   * Explains a line.
   *
   * @throws ProblemException 404 for an unknown line; 409 where a step does not add up, saying
   *     which
   */
  public Explanation line(String lineId) {
    Line line = lines.require(lineId);
    Pinned.Basis basis = pinned.basis(line.agreementId(), line.meter(), line.hour());
    Entry entry = lines.entry(EntryId.parse(lineId).orElseThrow()).orElseThrow();
    Optional<Transaction> transaction = entry.transaction();
    Optional<Transaction> meant = Postings.of(entry.id().toString(), entry.lines());
    if (!transaction.equals(meant)) {
      throw broken(line, "the ledger has " + transaction + ", not " + meant);
    }
    long parts = line.parts().stream().mapToLong(Part::micros).reduce(0, Math::addExact);
    if (line.kind() != Line.Kind.USAGE && line.kind() != Line.Kind.COST) {
      if (parts != line.amountMicros()) {
        throw broken(line, "its parts add up to %d, not %d".formatted(parts, line.amountMicros()));
      }
      return new Explanation(
          line,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of(),
          List.of(),
          transaction,
          List.of());
    }
    SealedHour hour =
        hours
            .find(
                line.agreementId(), line.channelId(), line.meter(), line.hour(), entry.id().part())
            .orElseThrow(() -> broken(line, "its hour " + line.hour() + " is not sealed"));
    List<FactTrail.Step> steps = trail.walk(hour);
    Rating.Rated again = Rating.rate(line.usedBefore(), hour.quantity(), basis.charge());
    long amount = line.kind() == Line.Kind.COST ? line.costMicros() : line.amountMicros() - parts;
    if (again.amountMicros() != amount || hour.quantity() != line.quantity()) {
      throw broken(
          line,
          "%d units cost %d, the line says %d units and %d"
              .formatted(hour.quantity(), again.amountMicros(), line.quantity(), amount));
    }
    return new Explanation(
        line,
        basis.charge(),
        again.steps(),
        Optional.of(hour),
        steps,
        trail.readings(hour),
        transaction,
        reported(line, basis));
  }

  /** Its own hour's report line, and those after it that took what that one could not. */
  private List<ReportLine> reported(Line line, Pinned.Basis basis) {
    List<ReportLine> found = new ArrayList<>();
    boolean told =
        basis.terms().reporting().map(l -> l.meters().containsKey(line.meter())).orElse(false);
    long left = told ? line.quantity() : 0;
    Instant end = line.hour().plus(CARRIED_MAX);
    Instant endLate = Hours.of(line.ratedAt()).plus(CARRIED_MAX);
    Instant hour = line.hour();
    while (left != 0 && hour.isBefore(endLate)) {
      for (ReportLine report : reports.of(line.billedThrough(), hour)) {
        for (ReportLine.Part part : report.parts()) {
          if (part.lineId().equals(line.id())) {
            found.add(report);
            left -= part.quantity();
          }
        }
      }
      hour = hour.plus(Duration.ofHours(1));
      // One that was rated late is part of an hour of that time.
      Instant late = Hours.of(line.ratedAt()).minus(CARRIED_MAX);
      hour = hour.equals(end) && hour.isBefore(late) ? late : hour;
    }
    return found;
  }

  private static ProblemException broken(Line line, String detail) {
    return new ProblemException(Problem.conflict("line " + line.id() + ": " + detail));
  }
}
