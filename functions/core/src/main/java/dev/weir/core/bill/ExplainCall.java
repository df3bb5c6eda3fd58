package dev.weir.core.bill;

import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHour;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks from a call to the amounts that it is part of: its facts, their hours, lines, transactions,
 * and where these are read. Facts are found hour by hour in the archive, so a span with a limit is
 * searched. Stateless and thread-safe.
 */
public final class ExplainCall {

  /** The longest span that is searched. */
  public static final Duration SPAN_MAX = Duration.ofDays(31);

  /** A call's facts may lie so many hours apart: one of them came late. */
  private static final int HOURS_BEYOND = 3;

  private final SealedHours hours;
  private final FactTrail trail;
  private final Lines lines;
  private final Explain explain;
  private final Invoices invoices;

  public ExplainCall(Ports ports, Terms terms, Invoices invoices) {
    this.hours = new SealedHours(ports);
    this.trail = new FactTrail(ports);
    this.lines = new Lines(ports);
    this.explain = new Explain(ports, terms);
    this.invoices = invoices;
  }

  /**
   * One fact and what became of it.
   *
   * @param hour the hour to which it was added, which is a later one where it came late
   * @param sealed empty while the hour is open
   * @param line empty while the hour is not rated
   * @param transaction empty where the line moves no money
   * @param invoice empty while none is issued, and where a market bills
   * @param settlement empty where no partner earns of it
   */
  public record Step(
      UsageFact fact,
      Instant hour,
      Optional<SealedHour> sealed,
      Optional<Line> line,
      Optional<Transaction> transaction,
      Optional<InvoiceRow> invoice,
      List<ReportLine> reports,
      Optional<SettlementRow> settlement) {}

  /** A row of an invoice, the first is 1. */
  public record InvoiceRow(String issuer, long number, int row, Invoice.Row content) {}

  /** Where a partner reads what it earns. */
  public record SettlementRow(String partner, YearMonth month, long shareMicros) {}

  /**
   * Explains a call.
   *
   * @param id of the call, or the key of one of its facts
   * @param from the first hour that is searched
   * @param to the hour that is not searched any more
   * @throws ProblemException 404 where the span holds no fact of it; 422 where the span is longer
   *     than {@link #SPAN_MAX}
   */
  public List<Step> call(String id, Instant from, Instant to) {
    if (Duration.between(from, to).compareTo(SPAN_MAX) > 0) {
      throw new ProblemException(
          Problem.invalid(
              "from %s to %s is more than %d days".formatted(from, to, SPAN_MAX.toDays())));
    }
    List<Step> steps = new ArrayList<>();
    Instant first = Hours.of(from).isBefore(hours.first()) ? hours.first() : Hours.of(from);
    int beyond = 0;
    for (Instant h = first; h.isBefore(to) && beyond < HOURS_BEYOND; h = next(h)) {
      Instant hour = h;
      trail.forEachFact(
          hour,
          fact -> {
            if (fact.callId().equals(id) || fact.key().equals(id)) {
              steps.add(step(fact, hour));
            }
          });
      beyond += steps.isEmpty() ? 0 : 1;
    }
    if (steps.isEmpty()) {
      throw new ProblemException(
          Problem.notFound("no fact of call %s from %s to %s".formatted(id, from, to)));
    }
    return steps;
  }

  private static Instant next(Instant hour) {
    return hour.plus(Duration.ofHours(1));
  }

  private Step step(UsageFact fact, Instant hour) {
    Optional<SealedHour> sealed =
        hours.parts(fact.agreementId(), hour).stream()
            .flatMap(part -> part.sums().stream())
            .filter(sum -> sum.channelId().equals(fact.channelId()))
            .filter(sum -> sum.meter().equals(fact.meter()))
            .findFirst();
    Optional<Line> line = sealed.flatMap(of -> line(of, hour));
    Optional<Explain.Explanation> explained = line.map(of -> explain.line(of.id()));
    return new Step(
        fact,
        hour,
        sealed,
        line,
        explained.flatMap(Explain.Explanation::transaction),
        line.flatMap(this::invoiced),
        explained.map(Explain.Explanation::reports).orElse(List.of()),
        line.flatMap(ExplainCall::settled));
  }

  private Optional<Line> line(SealedHour sealed, Instant hour) {
    return lines.list(sealed.agreementId(), Line.month(hour)).stream()
        .filter(line -> line.hour().equals(hour))
        .filter(line -> line.channelId().equals(sealed.channelId()))
        .filter(line -> line.meter().equals(sealed.meter()))
        .findFirst();
  }

  private Optional<InvoiceRow> invoiced(Line line) {
    if (line.kind() == Line.Kind.COST) {
      return Optional.empty();
    }
    return invoices
        .find(line.agreementId(), line.month())
        .flatMap(issued -> {
          List<Invoice.Row> rows = invoices.read(issued).rows();
          for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).holds(line)) {
              return Optional.of(
                  new InvoiceRow(issued.issuer(), issued.number(), i + 1, rows.get(i)));
            }
          }
          return Optional.empty();
        });
  }

  private static Optional<SettlementRow> settled(Line line) {
    return line.partner()
        .filter(_ -> line.shareMicros() != 0)
        .map(partner -> new SettlementRow(partner, line.month(), line.shareMicros()));
  }
}
