package dev.weir.core.bill;

import dev.weir.core.account.Agreement;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was rated and is not acknowledged because it is not due yet. */
final class Waits {

  /** How long after a month its last hours are sealed and its invoices issued. */
  static final Duration INVOICE_AFTER = Duration.ofDays(3);

  static final Waiting NOTHING = new Waiting(0, Optional.empty());

  private final Ports ports;
  private final Terms terms;
  private final Invoices invoices;

  Waits(Ports ports, Terms terms, Invoices invoices) {
    this.ports = ports;
    this.terms = terms;
    this.invoices = invoices;
  }

  /**
   * How much waits.
   *
   * @param until when the last month of it ends; empty where it waits for an answer
   */
  record Waiting(long quantity, Optional<Instant> until) {}

  /** Report lines that have no answer, and what is carried to the next hour's. */
  Waiting reports(String channelId, String meter, List<Agreement> own) {
    long quantity = 0;
    for (ReportLine line : new Reports(ports, terms).all(channelId)) {
      if (line.meter().equals(meter) && !line.state().ended()) {
        quantity = Math.addExact(quantity, line.quantity());
      }
    }
    Map<String, Carry> carries = Carry.all(ports.table());
    for (Agreement agreement : own) {
      if (agreement.billedThrough().equals(channelId) && carries.containsKey(agreement.id())) {
        for (ReportLine.Part part : carries.get(agreement.id()).of(meter)) {
          quantity = Math.addExact(quantity, part.quantity());
        }
      }
    }
    return new Waiting(quantity, Optional.empty());
  }

  /** Rated lines of months that have no invoice and need none yet. */
  Waiting invoices(String channelId, String meter, List<Agreement> own) {
    Instant now = ports.clock().instant();
    Lines lines = new Lines(ports);
    YearMonth last = YearMonth.from(now.atOffset(ZoneOffset.UTC)).plusMonths(1);
    YearMonth first = YearMonth.from(now.minus(INVOICE_AFTER).atOffset(ZoneOffset.UTC));
    long quantity = 0;
    Optional<Instant> until = Optional.empty();
    for (YearMonth month = first; !month.isAfter(last); month = month.plusMonths(1)) {
      long some = 0;
      for (Agreement agreement : own) {
        if (invoices.find(agreement.id(), month).isEmpty()) {
          some = Math.addExact(some, quantity(lines.list(agreement.id(), month), channelId, meter));
        }
      }
      if (some != 0) {
        quantity = Math.addExact(quantity, some);
        until = Optional.of(month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
    }
    return new Waiting(quantity, until);
  }

  private static long quantity(List<Line> lines, String channelId, String meter) {
    return lines.stream()
        .filter(line -> line.kind() == Line.Kind.USAGE)
        .filter(line -> line.channelId().equals(channelId) && line.meter().equals(meter))
        .mapToLong(Line::quantity)
        .reduce(0, Math::addExact);
  }
}
