package dev.weir.core.bill;

import dev.weir.core.catalog.Charge;
import dev.weir.core.meter.FactTrail;
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

  private final RateLine rateLine;
  private final Lines lines;
  private final SealedHours hours;
  private final FactTrail trail;
  private final Reports reports;
  private final Ledger ledger;

  public Explain(Ports ports, Terms terms) {
    this.rateLine = new RateLine(ports, terms);
    this.lines = new Lines(ports);
    this.hours = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.reports = new Reports(ports, terms);
    this.ledger = new Ledger(ports);
  }

  /**
   * Why a line is what it is.
   *
   * @param charge the pinned price; empty where all is included, and for a flat charge
   * @param priced what each tier of the price adds
   * @param hour the sealed hour; empty for a flat charge
   * @param steps the batches of the hour with their facts, whose call ids are the calls
   * @param transaction what was posted; empty where the line moves no money
   * @param reports the report lines that hold a part of it
   */
  public record Explanation(
      Line line,
      Optional<Charge.Metered> charge,
      List<Rating.Step> priced,
      Optional<SealedHour> hour,
      List<FactTrail.Step> steps,
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
    RateLine.Basis basis = rateLine.basis(line.agreementId(), line.meter());
    Optional<Transaction> transaction = ledger.find(line.month(), line.id());
    if (!transaction.equals(Postings.of(line))) {
      throw broken(line, "the ledger has " + transaction + ", not " + Postings.of(line));
    }
    if (line.kind() != Line.Kind.USAGE && line.kind() != Line.Kind.COST) {
      return new Explanation(
          line, Optional.empty(), List.of(), Optional.empty(), List.of(), transaction, List.of());
    }
    SealedHour hour =
        hours
            .find(line.agreementId(), line.channelId(), line.meter(), line.hour(), 0)
            .orElseThrow(() -> broken(line, "its hour " + line.hour() + " is not sealed"));
    List<FactTrail.Step> steps = trail.walk(hour);
    Rating.Rated again = Rating.rate(line.usedBefore(), hour.quantity(), basis.charge());
    long parts = line.parts().stream().mapToLong(Part::micros).reduce(0, Math::addExact);
    long amount = line.kind() == Line.Kind.COST ? line.costMicros() : line.amountMicros() - parts;
    if (again.amountMicros() != amount || hour.quantity() != line.quantity()) {
      throw broken(
          line,
          "%d units cost %d, the line says %d units and %d"
              .formatted(hour.quantity(), again.amountMicros(), line.quantity(), amount));
    }
    return new Explanation(
        line, basis.charge(), again.steps(), Optional.of(hour), steps, transaction, reported(line));
  }

  /** Its own hour's report line, and those after it that took what that one could not. */
  private List<ReportLine> reported(Line line) {
    List<ReportLine> found = new ArrayList<>();
    long left = line.quantity();
    Instant hour = line.hour();
    for (int i = 0; i < ReportQueue.CARRY_HOURS_MAX && left > 0; i++) {
      Optional<ReportLine> report =
          reports.find(
              line.billedThrough(),
              Keys.reportId(line.billedThrough(), line.agreementId(), line.meter(), hour));
      long part =
          report.stream()
              .flatMap(r -> r.parts().stream())
              .filter(p -> p.lineId().equals(line.id()))
              .mapToLong(ReportLine.Part::quantity)
              .sum();
      if (part > 0) {
        found.add(report.orElseThrow());
        left -= part;
      } else if (i == 0 && report.isEmpty()) {
        return found; // nobody is told of this meter
      }
      hour = hour.plus(Duration.ofHours(1));
    }
    return found;
  }

  private static ProblemException broken(Line line, String detail) {
    return new ProblemException(Problem.conflict("line " + line.id() + ": " + detail));
  }
}
