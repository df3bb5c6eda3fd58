package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Double entry. A transaction and the balances that it moves are one commit, so debits equal
 * credits at every moment. Stateless and thread-safe.
 */
public final class Ledger {

  private static final String DEBIT = "-debit";
  private static final String CREDIT = "-credit";

  private final Table table;

  public Ledger(Ports ports) {
    this.table = ports.table();
  }

  /**
   * The writes that post a transaction: first the transaction itself, refused where it is posted
   * already, then its balances.
   */
  public List<Write> writes(Transaction transaction) {
    return writes(List.of(transaction));
  }

  /**
   * The writes that post several transactions in one commit: first each transaction, in order,
   * refused where it is posted already, then the balances, one write for each whatever the number
   * of transactions that move it. One whose month is closed counts for the oldest open month, with
   * its own time kept; the commit is refused where a month was closed meanwhile.
   *
   * @throws ArithmeticException where what is added to a balance leaves the range of a long
   */
  public List<Write> writes(Collection<Transaction> transactions) {
    if (transactions.isEmpty()) {
      return List.of();
    }
    Closing closing = Closing.read(table);
    List<Write> writes = new ArrayList<>();
    for (Transaction transaction : transactions) {
      writes.add(
          Write.put(
              Keys.transaction(closing.period(transaction.at()), transaction.id()),
              Json.write(transaction),
              Condition.ABSENT));
    }
    writes.addAll(balances(transactions, closing));
    writes.add(closing.check());
    return writes;
  }

  /**
   * The writes that enter lines with what they mean in the ledger: first each entry, in order,
   * refused where it is there already, then the balances. Refused where the month is closed: what
   * is not rated keeps it open.
   */
  List<Write> entries(Collection<Entry> entries) {
    List<Write> writes = new ArrayList<>();
    entries.forEach(entry -> writes.add(entry.write()));
    writes.addAll(
        balances(entries.stream().flatMap(e -> e.transaction().stream()).toList(), Closing.NONE));
    return writes;
  }

  private static Collection<Write> balances(Collection<Transaction> transactions, Closing closing) {
    Map<String, Write> balances = new TreeMap<>();
    for (Transaction transaction : transactions) {
      YearMonth month = closing.period(transaction.at());
      for (Transaction.Leg leg : transaction.legs()) {
        Write.Add add =
            Write.add(
                Keys.balance(month, transaction.currency(), leg.channelId()),
                deltas(leg),
                Closing.OPEN);
        balances.merge(add.key().sort(), add, Ledger::both);
      }
    }
    return balances.values();
  }

  /** All accounts of a channel are one item: a write costs as much for one as for many. */
  private static Map<String, Long> deltas(Transaction.Leg leg) {
    return leg.debitMicros() == 0
        ? Map.of(leg.account() + CREDIT, leg.creditMicros())
        : Map.of(leg.account() + DEBIT, leg.debitMicros());
  }

  private static Write both(Write one, Write other) {
    Map<String, Long> deltas = new HashMap<>(((Write.Add) one).deltas());
    ((Write.Add) other)
        .deltas()
        .forEach((name, delta) -> deltas.merge(name, delta, Math::addExact));
    return Write.add(one.key(), deltas, one.condition());
  }

  /** Posts a transaction; false where it was posted before, whatever months were closed since. */
  public boolean post(Transaction transaction) {
    YearMonth last = Closing.read(table).period(transaction.at());
    for (YearMonth m = Line.month(transaction.at()); m.isBefore(last); m = m.plusMonths(1)) {
      if (table.get(Keys.transaction(m, transaction.id())).isPresent()) {
        return false;
      }
    }
    return switch (Tables.commit(table, writes(transaction))) {
      case Outcome.Applied _ -> true;
      case Outcome.Refused _ -> false;
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("transaction " + transaction.id() + " may not be posted");
    };
  }

  /** A transaction that counts for a month. */
  public Optional<Transaction> find(YearMonth month, String id) {
    return table
        .get(Keys.transaction(month, id))
        .flatMap(Ledger::transaction)
        .or(() ->
            EntryId.parse(id)
                .flatMap(entry -> table.get(Keys.entry(entry)))
                .flatMap(Ledger::transaction));
  }

  private static Optional<Transaction> transaction(Item item) {
    return Entry.is(item.key())
        ? Entry.of(item).transaction()
        : Optional.of(Json.read(item.body(), Transaction.class));
  }

  /** One account's balance in one month. */
  public record Balance(
      YearMonth month,
      String currency,
      Transaction.Account account,
      String channelId,
      long debitMicros,
      long creditMicros) {}

  /** All balances, by month, currency, account and channel. */
  public List<Balance> balances() {
    List<Balance> balances = new ArrayList<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.BALANCES))) {
      for (Transaction.Account account : Transaction.Account.values()) {
        Balance balance = balance(item, account);
        if (balance.debitMicros() != 0 || balance.creditMicros() != 0) {
          balances.add(balance);
        }
      }
    }
    return balances;
  }

  private static Balance balance(Item item, Transaction.Account account) {
    String[] parts = item.key().sort().split("/", -1);
    return new Balance(
        YearMonth.parse(parts[0]),
        parts[1],
        account,
        parts[2],
        item.counter(account + DEBIT),
        item.counter(account + CREDIT));
  }

  /** The sums of a ledger. Amounts of different currencies are added: equal sides stay equal. */
  public record Totals(long debitMicros, long creditMicros, long transactions) {
    private Totals plus(Totals o) {
      return new Totals(
          Math.addExact(debitMicros, o.debitMicros),
          Math.addExact(creditMicros, o.creditMicros),
          transactions + o.transactions);
    }
  }

  /**
   * Adds up every transaction.
   *
   * @throws IllegalStateException where a balance is not what its transactions add up to, or a
   *     closed month is not what it was when it was closed
   */
  public Totals trialBalance() {
    List<Balance> stored = balances();
    Totals all = new Totals(0, 0, 0);
    for (YearMonth month : new TreeSet<>(stored.stream().map(Balance::month).toList())) {
      Totals one = trialBalance(month, stored);
      Closing.require(table, month, one);
      all = all.plus(one);
    }
    return all;
  }

  /** One month's part of it. */
  Totals trialBalance(YearMonth month, List<Balance> balances) {
    Map<String, Long> expected = new HashMap<>();
    long[] sums = new long[3];
    forEach(
        month,
        transaction -> {
          sums[2]++;
          for (Transaction.Leg leg : transaction.legs()) {
            sums[0] = Math.addExact(sums[0], leg.debitMicros());
            sums[1] = Math.addExact(sums[1], leg.creditMicros());
            String account = name(month, transaction.currency(), leg.account(), leg.channelId());
            expected.merge(account, leg.debitMicros() - leg.creditMicros(), Math::addExact);
          }
        });
    for (Balance balance : balances) {
      if (balance.month().equals(month)) {
        String account = name(month, balance.currency(), balance.account(), balance.channelId());
        long sum = Optional.ofNullable(expected.remove(account)).orElse(0L);
        if (balance.debitMicros() - balance.creditMicros() != sum) {
          throw new IllegalStateException(
              "balance %s is %d, its transactions add up to %d"
                  .formatted(account, balance.debitMicros() - balance.creditMicros(), sum));
        }
      }
    }
    expected.forEach((account, sum) -> {
      if (sum != 0) {
        throw new IllegalStateException(
            "balance %s is 0, its transactions add up to %d".formatted(account, sum));
      }
    });
    return new Totals(sums[0], sums[1], sums[2]);
  }

  private static String name(
      YearMonth month, String currency, Transaction.Account account, String channelId) {
    return month + "/" + currency + "/" + account + "/" + channelId;
  }

  /** Visits a month's transactions. */
  public void forEach(YearMonth month, Consumer<Transaction> visitor) {
    for (int shard = 0; shard < Keys.LEDGER_SHARDS; shard++) {
      Tables.forEach(
          table,
          Table.Query.all(Keys.ledger(month, shard)),
          item -> transaction(item).ifPresent(visitor));
    }
  }
}
