package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.port.Ports;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What we counted beside what a market took. Stateless and thread-safe. */
public final class Reconciliation {

  private final Accounts accounts;
  private final Lines lines;
  private final Reports reports;
  private final Terms terms;

  public Reconciliation(Ports ports, Terms terms) {
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.reports = new Reports(ports, terms);
    this.terms = terms;
  }

  /**
   * One agreement's meter in one month, in the meter's smallest units.
   *
   * @param rated what we rated
   * @param sent what was, or may have been, sent
   * @param accepted what the market has
   * @param refused what it will never have: each raised an incident
   */
  public record Row(
      String agreementId, String meter, long rated, long sent, long accepted, long refused) {

    private Row plus(Row other) {
      return new Row(
          agreementId,
          meter,
          Math.addExact(rated, other.rated),
          Math.addExact(sent, other.sent),
          Math.addExact(accepted, other.accepted),
          Math.addExact(refused, other.refused));
    }
  }

  /** A channel's month, by agreement and meter; only meters that are reported. */
  public List<Row> of(String channelId, YearMonth month) {
    Map<String, Row> rows = new TreeMap<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page =
          accounts.agreements(channelId, new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        for (Line line : lines.list(agreement.id(), month)) {
          if (line.billedThrough().equals(channelId) && reported(line)) {
            add(rows, new Row(agreement.id(), line.meter(), line.quantity(), 0, 0, 0));
          }
        }
      }
      token = page.next();
    } while (token.isPresent());
    for (ReportLine line : reports.all(channelId)) {
      if (Line.month(line.hour()).equals(month)) {
        long quantity = line.quantity();
        boolean refused = line.state().ended() && !line.state().accepted();
        add(
            rows,
            new Row(
                line.agreementId(),
                line.meter(),
                0,
                line.attempt() > 0 ? quantity : 0,
                line.state().accepted() ? quantity : 0,
                refused ? quantity : 0));
      }
    }
    return List.copyOf(rows.values());
  }

  private boolean reported(Line line) {
    return terms
        .of(line.billedThrough())
        .flatMap(ChannelTerms::reporting)
        .map(limits -> limits.meters().containsKey(line.meter()))
        .orElse(false);
  }

  private static void add(Map<String, Row> rows, Row row) {
    rows.merge(row.agreementId() + "/" + row.meter(), row, Row::plus);
  }
}
