package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.port.Ports;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** What each channel earned: a query on the ledger. Stateless and thread-safe. */
public final class Profit {

  private final Ledger ledger;

  public Profit(Ports ports) {
    this.ledger = new Ledger(ports);
  }

  /**
   * One channel's result in one currency, in 10⁻⁶ of its minor unit.
   *
   * @param revenueMicros with expired credit, without what the vendor itself gave or sponsored
   * @param shareMicros what partners and beneficiaries of joint products earn
   */
  public record OfChannel(
      String channelId,
      String currency,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros) {

    /** What is left to the vendor. */
    public long marginMicros() {
      return revenueMicros - feeMicros - shareMicros - computeMicros;
    }
  }

  /** All channels' results, of one month or since the beginning. */
  public List<OfChannel> perChannel(Optional<YearMonth> month) {
    Map<String, List<Ledger.Balance>> byChannel = new TreeMap<>();
    for (Ledger.Balance balance : ledger.balances()) {
      if (month.isEmpty() || month.get().equals(balance.month())) {
        byChannel
            .computeIfAbsent(balance.channelId() + "/" + balance.currency(), _ -> new ArrayList<>())
            .add(balance);
      }
    }
    return byChannel.values().stream().map(Profit::of).toList();
  }

  private static OfChannel of(List<Ledger.Balance> balances) {
    return new OfChannel(
        balances.getFirst().channelId(),
        balances.getFirst().currency(),
        -debit(balances, Account.REVENUE)
            - debit(balances, Account.BREAKAGE)
            - debit(balances, Account.PROMOTION),
        debit(balances, Account.MARKET_FEE),
        debit(balances, Account.PARTNER_SHARE) + debit(balances, Account.JOINT_SHARE),
        debit(balances, Account.COMPUTE_COST) + debit(balances, Account.IDLE_COST));
  }

  /**
   * A result in one currency, in 10⁻⁶ of its minor unit.
   *
   * @param of the channel, customer or model; empty string for what is nobody's
   * @param computeMicros what computing cost, with hosts' idle time
   * @param lossMicros what was written off, and what invoices were rounded by
   */
  public record Row(
      String of,
      String currency,
      long revenueMicros,
      long feeMicros,
      long shareMicros,
      long computeMicros,
      long lossMicros) {

    /** What is left to the vendor. */
    public long marginMicros() {
      return revenueMicros - feeMicros - shareMicros - computeMicros - lossMicros;
    }

    private Row plus(Row o) {
      return new Row(
          of,
          currency,
          Math.addExact(revenueMicros, o.revenueMicros),
          Math.addExact(feeMicros, o.feeMicros),
          Math.addExact(shareMicros, o.shareMicros),
          Math.addExact(computeMicros, o.computeMicros),
          Math.addExact(lossMicros, o.lossMicros));
    }

    private boolean empty() {
      return revenueMicros == 0
          && feeMicros == 0
          && shareMicros == 0
          && computeMicros == 0
          && lossMicros == 0;
    }
  }

  /** Results by channel. */
  public List<Row> byChannel(Optional<YearMonth> month) {
    return rows(month, (transaction, leg) -> leg.channelId());
  }

  /**
   * Results by what an agreement belongs to: its customer, its model.
   *
   * @param name what a row is called, of an agreement's id
   */
  public List<Row> by(Optional<YearMonth> month, UnaryOperator<String> name) {
    return by(month, (agreementId, _) -> name.apply(agreementId));
  }

  /**
   * Results by what an agreement belonged to at a time: the model that answered it.
   *
   * @param name what a row is called, of an agreement's id and the time that an amount counts for:
   *     of usage, the start of its hour
   */
  public List<Row> by(Optional<YearMonth> month, BiFunction<String, Instant, String> name) {
    return rows(
        month,
        (transaction, leg) ->
            transaction.agreement().isEmpty()
                ? ""
                : name.apply(transaction.agreement(), transaction.at()));
  }

  /** Adds up the legs of every transaction; those that are no result add nothing. */
  private List<Row> rows(
      Optional<YearMonth> only, BiFunction<Transaction, Transaction.Leg, String> of) {
    Map<String, Row> rows = new TreeMap<>();
    TreeSet<YearMonth> months =
        new TreeSet<>(ledger.balances().stream().map(Ledger.Balance::month).toList());
    for (YearMonth month : months) {
      if (only.isEmpty() || only.get().equals(month)) {
        ledger.forEach(
            month,
            transaction -> {
              for (Transaction.Leg leg : transaction.legs()) {
                Row row = row(of.apply(transaction, leg), transaction.currency(), leg);
                if (!row.empty()) {
                  rows.merge(row.of() + "/" + row.currency(), row, Row::plus);
                }
              }
            });
      }
    }
    return List.copyOf(rows.values());
  }

  private static Row row(String of, String currency, Transaction.Leg leg) {
    long cost = Math.subtractExact(leg.debitMicros(), leg.creditMicros());
    return switch (leg.account()) {
      case REVENUE, BREAKAGE, PROMOTION -> new Row(of, currency, -cost, 0, 0, 0, 0);
      case MARKET_FEE -> new Row(of, currency, 0, cost, 0, 0, 0);
      case PARTNER_SHARE, JOINT_SHARE -> new Row(of, currency, 0, 0, cost, 0, 0);
      case COMPUTE_COST, IDLE_COST -> new Row(of, currency, 0, 0, 0, cost, 0);
      case WRITTEN_OFF, ROUNDING -> new Row(of, currency, 0, 0, 0, 0, cost);
      case RECEIVABLE,
          MARKET_PAYABLE,
          PARTNER_PAYABLE,
          COMPUTE_PAYABLE,
          PREPAID,
          SPONSOR_RECEIVABLE,
          JOINT_PAYABLE,
          CASH,
          DISPUTED ->
          new Row(of, currency, 0, 0, 0, 0, 0);
    };
  }

  /** Debits less credits. */
  private static long debit(List<Ledger.Balance> balances, Account account) {
    return balances.stream()
        .filter(balance -> balance.account() == account)
        .mapToLong(balance -> Math.subtractExact(balance.debitMicros(), balance.creditMicros()))
        .reduce(0, Math::addExact);
  }
}
