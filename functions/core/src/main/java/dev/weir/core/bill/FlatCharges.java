package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Charges the flat prices of agreements: once per calendar month in which they were active. */
final class FlatCharges {

  private final Table table;
  private final Accounts accounts;
  private final RateLine rateLine;
  private final Lines lines;
  private final Ledger ledger;
  private final Incidents incidents;

  FlatCharges(Ports ports, RateLine rateLine) {
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.rateLine = rateLine;
    this.lines = new Lines(ports);
    this.ledger = new Ledger(ports);
    this.incidents = new Incidents(ports);
  }

  /** Charges the months that hold the hours from {@code from} to before {@code until}. */
  int run(Instant from, Instant until) {
    int made = 0;
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        YearMonth month = Line.month(from);
        for (; !month.isAfter(Line.month(until.minusSeconds(1))); month = month.plusMonths(1)) {
          made += charge(agreement, month, until);
        }
      }
      token = page.next();
    } while (token.isPresent());
    return made;
  }

  private int charge(Agreement agreement, YearMonth month, Instant until) {
    Instant begins = start(month);
    Instant started = Hours.of(agreement.startedAt());
    Instant first = started.isAfter(begins) ? started : begins;
    boolean ended = agreement.endedAt().map(end -> !end.isAfter(begins)).orElse(false);
    if (ended || !first.isBefore(until) || !first.isBefore(start(month.plusMonths(1)))) {
      return 0;
    }
    try {
      int made = 0;
      RateLine.Basis basis = rateLine.basis(agreement.id(), "");
      for (int i = 0; i < basis.price().flats().size(); i++) {
        EntryId id = RateLine.flatId(agreement.id(), month, basis.price(), i);
        made += store(Entry.of(id, List.of(rateLine.flat(i, month, first, basis)))) ? 1 : 0;
      }
      return made;
    } catch (ProblemException e) {
      String subject = "flat " + agreement.id() + " " + month;
      Outcome _ =
          Tables.commit(
              table,
              List.of(
                  incidents.write(
                      Incident.Kind.UNRATED_HOUR, subject, subject + ": " + e.getMessage())));
      return 0;
    }
  }

  private boolean store(Entry entry) {
    if (lines.has(entry.id())) {
      return false;
    }
    if (!Tables.commit(table, ledger.entries(List.of(entry))).applied() && !lines.has(entry.id())) {
      throw new PortException("flat charge " + entry.id() + " cannot be stored");
    }
    return true;
  }

  private static Instant start(YearMonth month) {
    LocalDate day = month.atDay(1);
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}
