package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What partners earn, and what of it can be paid out. Stateless and thread-safe. */
public final class Settlements {

  /** How long collected money is held before a partner is paid from it. */
  public static final Duration HOLDING = Duration.ofDays(30);

  private final Ports ports;
  private final Table table;
  private final Accounts accounts;
  private final Lines lines;
  private final Reports reports;
  private final Collections collections;
  private final Ledger ledger;
  private final Outbox outbox;
  private final Terms terms;
  private final Duration holding;

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
    this.ledger = new Ledger(ports);
    this.outbox = new Outbox(ports);
    this.terms = terms;
    this.holding = holding;
  }

  /** A partner's settlements of a month as they stand now, one per currency. */
  public List<Settlement> of(String partner, YearMonth month) {
    Map<String, Sums> byCurrency = new TreeMap<>();
    Map<String, Map<String, Boolean>> acceptedByChannel = new HashMap<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Agreement> page = accounts.allAgreements(new Page.Request(Page.LIMIT_MAX, token));
      for (Agreement agreement : page.items()) {
        Optional<Instant> collected = collections.collectedAt(agreement.id(), month);
        for (Line line : lines.list(agreement.id(), month)) {
          if (line.partner().equals(Optional.of(partner)) && line.amountMicros() != 0) {
            boolean accepted =
                accepted(
                    line,
                    collected,
                    acceptedByChannel.computeIfAbsent(line.billedThrough(), this::acceptedLines));
            byCurrency
                .computeIfAbsent(line.currency(), _ -> new Sums())
                .add(agreement, line, terms.of(line.billedThrough()), accepted, paid(collected));
          }
        }
      }
      token = page.next();
    } while (token.isPresent());
    for (Clawback clawback : clawbacks(partner)) {
      if (Line.month(clawback.at()).equals(month)) {
        byCurrency.computeIfAbsent(clawback.currency(), _ -> new Sums()).clawback(clawback);
      }
    }
    return byCurrency.entrySet().stream()
        .map(entry -> entry.getValue().settlement(partner, month, entry.getKey()))
        .toList();
  }

  /** Whether money came in, and whether its holding period is over. */
  private enum Payment {
    OPEN,
    HELD,
    RELEASED
  }

  private Payment paid(Optional<Instant> collected) {
    if (collected.isEmpty()) {
      return Payment.OPEN;
    }
    Instant release = collected.get().plus(holding);
    return ports.clock().instant().isBefore(release) ? Payment.HELD : Payment.RELEASED;
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

  /** What is reported must be accepted; what is not reported, invoiced and paid. */
  private static boolean accepted(
      Line line, Optional<Instant> collected, Map<String, Boolean> reported) {
    return reported.getOrDefault(line.id(), collected.isPresent());
  }

  /** Takes back a share by a new entry; false where the same was entered before. */
  public boolean clawback(Clawback clawback) {
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(
            Keys.clawback(clawback.partner(), clawback.id()),
            Json.write(clawback),
            Condition.ABSENT));
    writes.addAll(ledger.writes(Postings.clawback(clawback, clawback.channelId())));
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> true;
      case Outcome.Refused _ -> false;
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("claw-back " + clawback.id() + " may not be entered");
    };
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

  /** The sums of one currency. */
  private static final class Sums {

    private final Map<String, Settlement.Row> rows = new TreeMap<>();
    private long accrued;
    private long accepted;
    private long collected;
    private long released;
    private long clawedBack;

    void add(
        Agreement agreement,
        Line line,
        Optional<ChannelTerms> channel,
        boolean isAccepted,
        Payment payment) {
      Settlement.Row row =
          new Settlement.Row(
              agreement.id(),
              line.billedThrough(),
              agreement.identities().getOrDefault(line.billedThrough(), ""),
              line.meter(),
              line.quantity(),
              line.amountMicros(),
              channel.map(ChannelTerms::shareBasisPoints).orElse(0),
              line.shareMicros());
      rows.merge(agreement.id() + "/" + line.meter(), row, Sums::sum);
      long share = line.shareMicros();
      accrued = Math.addExact(accrued, share);
      if (isAccepted) {
        accepted = Math.addExact(accepted, share);
        collected = Math.addExact(collected, payment == Payment.OPEN ? 0 : share);
        released = Math.addExact(released, payment == Payment.RELEASED ? share : 0);
      }
    }

    private static Settlement.Row sum(Settlement.Row one, Settlement.Row other) {
      return new Settlement.Row(
          one.agreementId(),
          one.channelId(),
          one.bindingId(),
          one.meter(),
          Math.addExact(one.quantity(), other.quantity()),
          Math.addExact(one.revenueMicros(), other.revenueMicros()),
          one.shareBasisPoints(),
          Math.addExact(one.shareMicros(), other.shareMicros()));
    }

    void clawback(Clawback clawback) {
      clawedBack = Math.addExact(clawedBack, clawback.micros());
    }

    Settlement settlement(String partner, YearMonth month, String currency) {
      return new Settlement(
          StableId.of("settlement", partner, month.toString(), currency),
          partner,
          month,
          currency,
          List.copyOf(rows.values()),
          accrued,
          accepted,
          collected,
          clawedBack,
          Math.subtractExact(released, clawedBack));
    }
  }
}
