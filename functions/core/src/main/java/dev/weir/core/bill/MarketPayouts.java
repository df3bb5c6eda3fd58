package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Money from markets beside what we rated and what they accepted. A month is collected once a
 * market has paid all that it accepted of it. Stateless and thread-safe.
 */
public final class MarketPayouts {

  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Reports reports;
  private final Collections collections;
  private final Ledger ledger;
  private final Terms terms;

  public MarketPayouts(Ports ports, Terms terms) {
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.reports = new Reports(ports, terms);
    this.collections = new Collections(ports);
    this.ledger = new Ledger(ports);
    this.terms = terms;
  }

  /**
   * A channel's month in one currency, in 10⁻⁶ of its minor unit.
   *
   * @param ratedMicros what we rated of what is reported
   * @param sentMicros the part that was, or may have been, sent
   * @param acceptedMicros the part that the market has
   * @param feeMicros what we expect it to keep of that
   * @param paidMicros what came in
   * @param paidFeeMicros what the market says it kept
   */
  public record Reconciled(
      String channelId,
      YearMonth month,
      String currency,
      long ratedMicros,
      long sentMicros,
      long acceptedMicros,
      long feeMicros,
      long paidMicros,
      long paidFeeMicros) {

    /** What should come in. */
    public long expectedMicros() {
      return acceptedMicros - feeMicros;
    }

    /** What came in beyond it; below 0, what is missing. */
    public long differenceMicros() {
      return paidMicros - expectedMicros();
    }

    private Reconciled plus(Reconciled o) {
      return new Reconciled(
          channelId,
          month,
          currency,
          Math.addExact(ratedMicros, o.ratedMicros),
          Math.addExact(sentMicros, o.sentMicros),
          Math.addExact(acceptedMicros, o.acceptedMicros),
          Math.addExact(feeMicros, o.feeMicros),
          Math.addExact(paidMicros, o.paidMicros),
          Math.addExact(paidFeeMicros, o.paidFeeMicros));
    }
  }

  /**
   * Records a market's payout; false where the same was recorded before.
   *
   * @throws ProblemException 404 where the channel is no market's; 409 where the id recorded
   *     something else; 422 where nothing of that month is in that currency
   */
  public boolean record(MarketPayout payout) {
    boolean market =
        terms.of(payout.channelId()).filter(t -> t.kind() == ChannelKind.MARKETPLACE).isPresent();
    if (!market) {
      throw new ProblemException(Problem.notFound("no market channel " + payout.channelId()));
    }
    List<Reconciled> known = of(payout.channelId(), payout.month());
    if (known.stream().noneMatch(row -> row.currency().equals(payout.currency()))) {
      throw new ProblemException(
          Problem.invalid(
              "payout in %s, channel %s was used in %s in %s"
                  .formatted(
                      payout.currency(),
                      payout.channelId(),
                      known.stream().map(Reconciled::currency).toList(),
                      payout.month())));
    }
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(
            Keys.marketPayout(payout.channelId(), payout.month(), payout.id()),
            Json.write(payout),
            Condition.ABSENT));
    writes.addAll(ledger.writes(posting(payout)));
    boolean fresh =
        switch (Tables.commit(table, writes)) {
          case Outcome.Applied _ -> true;
          case Outcome.Refused _ -> {
            same(payout);
            yield false;
          }
          case Outcome.Conflict _, Outcome.Unknown _ ->
              throw new PortException("payout " + payout.id() + " may not be recorded");
        };
    collect(payout);
    return fresh;
  }

  private void same(MarketPayout payout) {
    MarketPayout there =
        payouts(payout.channelId(), payout.month()).stream()
            .filter(p -> p.id().equals(payout.id()))
            .findFirst()
            .orElseThrow();
    boolean same =
        there.netMicros() == payout.netMicros()
            && there.feeMicros() == payout.feeMicros()
            && there.currency().equals(payout.currency());
    if (!same) {
      throw new ProblemException(
          Problem.conflict(
              "payout %s was recorded with net %d and fee %d in %s"
                  .formatted(there.id(), there.netMicros(), there.feeMicros(), there.currency())));
    }
  }

  private static Transaction posting(MarketPayout payout) {
    List<Leg> legs = new ArrayList<>();
    if (payout.netMicros() > 0) {
      legs.add(Leg.debit(Account.CASH, payout.channelId(), payout.netMicros()));
    }
    if (payout.feeMicros() > 0) {
      legs.add(Leg.debit(Account.MARKET_PAYABLE, payout.channelId(), payout.feeMicros()));
    }
    legs.add(Leg.credit(Account.RECEIVABLE, payout.channelId(), payout.grossMicros()));
    return new Transaction(
        "market-" + StableId.of(payout.channelId(), payout.month().toString(), payout.id()),
        payout.currency(),
        payout.at(),
        "MARKET_PAYOUT " + payout.id() + " for " + payout.month(),
        legs);
  }

  /** All that is accepted is paid: every agreement's month is collected. */
  private void collect(MarketPayout payout) {
    if (covers(payout.channelId(), payout.month())) {
      forEachAgreement(
          payout.channelId(),
          agreement -> collections.collected(agreement.id(), payout.month(), payout.at()));
    }
  }

  /** Whether a market paid all that it accepted of a month by now; it may accept more later. */
  boolean covers(String channelId, YearMonth month) {
    return of(channelId, month).stream().allMatch(row -> row.differenceMicros() >= 0);
  }

  private List<MarketPayout> payouts(String channelId, YearMonth month) {
    return Tables.list(table, Table.Query.all(Keys.marketPayouts(channelId, month))).stream()
        .map(item -> Json.read(item.body(), MarketPayout.class))
        .toList();
  }

  /** A market's month, by currency. */
  public List<Reconciled> of(String channelId, YearMonth month) {
    Map<String, ReportLine.State> states = new HashMap<>();
    List<ReportLine> told = new ArrayList<>(reports.due(channelId));
    told.addAll(reports.done(channelId));
    for (ReportLine report : told) {
      boolean sent = report.attempt() > 0;
      for (ReportLine.Part part : report.parts()) {
        states.merge(
            part.lineId(),
            sent ? report.state() : ReportLine.State.SEALED,
            (one, other) -> one.accepted() ? other : one);
      }
    }
    Map<String, Reconciled> rows = new TreeMap<>();
    forEachAgreement(
        channelId,
        agreement -> {
          for (Line line : lines.list(agreement.id(), month)) {
            if (line.billedThrough().equals(channelId) && line.kind() != Line.Kind.COST) {
              Optional<ReportLine.State> state = Optional.ofNullable(states.get(line.id()));
              rows.merge(line.currency(), row(line, month, state), Reconciled::plus);
            }
          }
        });
    for (MarketPayout p : payouts(channelId, month)) {
      rows.merge(
          p.currency(),
          new Reconciled(channelId, month, p.currency(), 0, 0, 0, 0, p.netMicros(), p.feeMicros()),
          Reconciled::plus);
    }
    return List.copyOf(rows.values());
  }

  private static Reconciled row(Line line, YearMonth month, Optional<ReportLine.State> state) {
    boolean accepted = state.map(ReportLine.State::accepted).orElse(false);
    boolean sent = state.map(s -> s != ReportLine.State.SEALED).orElse(false);
    return new Reconciled(
        line.billedThrough(),
        month,
        line.currency(),
        line.amountMicros(),
        sent ? line.amountMicros() : 0,
        accepted ? line.amountMicros() : 0,
        accepted ? line.feeMicros() : 0,
        0,
        0);
  }

  private void forEachAgreement(String channelId, Consumer<Agreement> visitor) {
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page =
          accounts.agreements(channelId, new Page.Request(Page.LIMIT_MAX, token));
      page.items().stream()
          .filter(agreement -> agreement.billedThrough().equals(channelId))
          .forEach(visitor);
      token = page.next();
    } while (token.isPresent());
  }
}
