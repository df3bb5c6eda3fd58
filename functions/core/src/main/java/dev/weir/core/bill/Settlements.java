package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Editions;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What partners and beneficiaries of joint products earn, and what of it can be paid out. Stateless
 * and thread-safe.
 */
public final class Settlements {

  /** How long collected money is held before a partner is paid from it. */
  public static final Duration HOLDING = Duration.ofDays(30);

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Reports reports;
  private final Collections collections;
  private final MarketPayouts marketPayouts;
  private final Ledger ledger;
  private final Outbox outbox;
  private final Terms terms;
  private final Duration holding;
  private final Catalog catalog;
  private final Editions editions;

  public Settlements(Ports ports, Terms terms) {
    this(ports, terms, HOLDING);
  }

  public Settlements(Ports ports, Terms terms, Duration holding) {
    this.ports = ports;
    this.table = ports.table();
    this.accounts = new Accounts(ports);
    this.lines = new Lines(ports);
    this.reports = new Reports(ports, terms);
    this.collections = new Collections(ports);
    this.marketPayouts = new MarketPayouts(ports, terms);
    this.ledger = new Ledger(ports);
    this.outbox = new Outbox(ports);
    this.terms = terms;
    this.holding = holding;
    this.catalog = new Catalog(ports);
    this.editions = new Editions(ports);
  }

  /**
   * Everybody who can earn: partners of channels, and beneficiaries of joint products, also of
   * versions that do not hold any more.
   */
  public Set<String> earners() {
    Set<String> earners = new TreeSet<>();
    terms.all().forEach(channel -> channel.partner().ifPresent(earners::add));
    for (Product product : catalog.products()) {
      for (JointProduct joint : editions.jointProducts(product.id())) {
        joint.beneficiaries().forEach(beneficiary -> earners.add(beneficiary.partner()));
      }
    }
    return earners;
  }

  /**
   * What somebody earned in a month as it stands now, one settlement per currency. What a sponsor
   * pays of a line counts as collected with the customer's part of its month.
   */
  public List<Settlement> of(String partner, YearMonth month) {
    Map<String, Earned> byCurrency = new TreeMap<>();
    Map<String, Map<String, Boolean>> acceptedByChannel = new HashMap<>();
    Map<String, Boolean> coveredByMarket = new HashMap<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        boolean market = market(agreement.billedThrough());
        Optional<Instant> collected =
            collections
                .collectedAt(agreement.id(), month)
                .filter(_ ->
                    !market
                        || coveredByMarket.computeIfAbsent(
                            agreement.billedThrough(),
                            channel -> marketPayouts.covers(channel, month)));
        for (Line line : lines.list(agreement.id(), month)) {
          List<Earned.Share> shares = shares(line, partner);
          if (!shares.isEmpty()) {
            Map<String, Boolean> reported =
                acceptedByChannel.computeIfAbsent(line.billedThrough(), this::acceptedLines);
            Earned.Money money = money(line, collected, reported);
            Earned sums = byCurrency.computeIfAbsent(line.currency(), _ -> new Earned());
            shares.forEach(share -> sums.add(agreement, line, share, money));
          }
        }
      }
      token = page.next();
    } while (token.isPresent());
    for (Clawback clawback : clawbacks(partner)) {
      if (Line.month(clawback.at()).equals(month)) {
        byCurrency.computeIfAbsent(clawback.currency(), _ -> new Earned()).clawback(clawback);
      }
    }
    return byCurrency.entrySet().stream()
        .map(entry -> entry.getValue().settlement(partner, month, entry.getKey()))
        .toList();
  }

  private List<Earned.Share> shares(Line line, String partner) {
    if (line.shareMicros() == 0 && line.amountMicros() == 0 && line.joint().isEmpty()) {
      return List.of();
    }
    int basisPoints = terms.of(line.billedThrough()).map(ChannelTerms::shareBasisPoints).orElse(0);
    return Earned.Share.of(line, partner, basisPoints);
  }

  private Earned.Money money(
      Line line, Optional<Instant> collected, Map<String, Boolean> reported) {
    boolean paid = collected.isPresent() && !market(line.billedThrough());
    if (!accepted(line, paid, reported)) {
      return Earned.Money.RATED;
    }
    if (collected.isEmpty()) {
      return Earned.Money.ACCEPTED;
    }
    boolean held = ports.clock().instant().isBefore(collected.get().plus(holding));
    return held ? Earned.Money.HELD : Earned.Money.RELEASED;
  }

  /** By rated line: whether every report line that holds a part of it was accepted. */
  private Map<String, Boolean> acceptedLines(String channelId) {
    Map<String, Boolean> accepted = new HashMap<>();
    for (ReportLine report : reports.all(channelId)) {
      for (ReportLine.Part part : report.parts()) {
        accepted.merge(part.lineId(), report.state().accepted(), Boolean::logicalAnd);
      }
    }
    return accepted;
  }

  private boolean market(String channelId) {
    return terms.of(channelId).filter(t -> t.kind() == ChannelKind.MARKETPLACE).isPresent();
  }

  /**
   * What is reported must be accepted; what is not reported, invoiced and paid. A market pays for
   * nothing that it is not told of.
   */
  private static boolean accepted(Line line, boolean paid, Map<String, Boolean> reported) {
    return reported.getOrDefault(line.id(), paid);
  }

  /**
   * Takes back a share by a new entry; false where the same was entered before.
   *
   * @throws ProblemException 404 for who cannot earn, and for an unknown channel
   */
  public boolean clawback(Clawback clawback) {
    if (!earners().contains(clawback.partner())) {
      throw missing("no channel and no joint product is of partner " + clawback.partner());
    }
    if (terms.of(clawback.channelId()).isEmpty()) {
      throw missing("no channel " + clawback.channelId());
    }
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(
            Keys.clawback(clawback.partner(), clawback.id()),
            Json.write(clawback),
            Condition.ABSENT));
    writes.addAll(ledger.writes(Postings.clawback(clawback)));
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> true;
      case Outcome.Refused _ -> false;
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("claw-back " + clawback.id() + " may not be entered");
    };
  }

  private static ProblemException missing(String what) {
    return new ProblemException(Problem.notFound(what));
  }

  private List<Clawback> clawbacks(String partner) {
    return Tables.list(table, Table.Query.all(Keys.clawbacks(partner))).stream()
        .map(item -> Json.read(item.body(), Clawback.class))
        .toList();
  }

  /** Sends a settlement to the partner's channel; false where the same was sent before. */
  public boolean send(String channelId, Settlement settlement) {
    Instant from = settlement.month().atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant to = settlement.month().plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    List<ReportTask.SettleLine> wire =
        settlement.rows().stream()
            .map(row ->
                new ReportTask.SettleLine(
                    row.bindingId(),
                    row.meter(),
                    row.quantity(),
                    row.revenueMicros(),
                    row.shareBasisPoints(),
                    row.shareMicros()))
            .toList();
    ReportTask task =
        new ReportTask.Settle(
            settlement.id(),
            from,
            to,
            settlement.currency(),
            wire,
            settlement.accruedMicros(),
            settlement.id());
    Write once = Write.put(Keys.settled(settlement.id()), Json.write(settlement), Condition.ABSENT);
    Write row = outbox.row(Queues.report(channelId), channelId, Json.write(task));
    return Tables.commit(table, List.of(once, row)).applied();
  }
}
