package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Closes months of the ledger, one after the other. A closed month takes no more transactions; what
 * comes late counts for the oldest open one. Stateless and thread-safe.
 */
public final class Periods {

  private final Ports ports;
  private final Table table;
  private final Ledger ledger;

  public Periods(Ports ports) {
    this.ports = ports;
    this.table = ports.table();
    this.ledger = new Ledger(ports);
  }

  /** A closed month with its sums at that time. */
  public record Closed(YearMonth month, Instant closedAt, Ledger.Totals totals) {}

  /** The closed months, oldest first. */
  public List<Closed> list() {
    return Tables.list(table, Table.Query.all(Keys.CLOSED)).stream()
        .map(item -> Json.read(item.body(), Closed.class))
        .toList();
  }

  /**
   * Closes a month; closed before, it is answered again.
   *
   * @throws ProblemException 409 where the month is not over or not rated to its end, an hour of it
   *     has no price, or an earlier month is open
   */
  public Closed close(YearMonth month) {
    Optional<Closed> there = find(month);
    if (there.isPresent()) {
      return there.get();
    }
    check(month);
    advance(month);
    // From here on nothing new counts for the month; what was under way is stopped by the marks.
    Table.Query balances = Table.Query.prefix(Keys.BALANCES, month + "/");
    for (Item balance : Tables.list(table, balances)) {
      mark(balance);
    }
    Ledger.Totals totals = ledger.trialBalance(month, ledger.balances());
    Closed closed = new Closed(month, ports.clock().instant(), totals);
    Write write = Write.put(Keys.closed(month), Json.write(closed), Condition.ABSENT);
    if (Tables.commit(table, List.of(write)).applied()) {
      return closed;
    }
    return find(month)
        .orElseThrow(() -> new PortException("month " + month + " may not be closed"));
  }

  private void mark(Item balance) {
    Write write = Write.add(balance.key(), Map.of("closed", 1L), Closing.OPEN);
    boolean marked =
        balance.counter("closed") == 1
            || Tables.commit(table, List.of(write)).applied()
            || table.get(balance.key()).map(item -> item.counter("closed") == 1).orElse(false);
    if (!marked) {
      throw new PortException("balance " + balance.key().sort() + " is not closed; close it again");
    }
  }

  private Optional<Closed> find(YearMonth month) {
    return table.get(Keys.closed(month)).map(item -> Json.read(item.body(), Closed.class));
  }

  private void check(YearMonth month) {
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant rated = RateHours.ratedUntil(ports);
    if (ports.clock().instant().isBefore(end) || rated.isBefore(end)) {
      throw conflict("month " + month + " is rated until " + rated + " < " + end);
    }
    for (Item item : Tables.list(table, Table.Query.all(Keys.UNRATED))) {
      boolean unrated =
          EntryId.parse(item.key().sort()).map(id -> id.month().equals(month)).orElse(false);
      if (unrated) {
        throw conflict("hour " + item.key().sort() + " has no price");
      }
    }
    for (Ledger.Balance balance : ledger.balances()) {
      boolean earlier = balance.month().isBefore(month);
      if (earlier && find(balance.month()).isEmpty()) {
        throw conflict("month " + balance.month() + " is open; it is closed before " + month);
      }
    }
  }

  private void advance(YearMonth month) {
    Optional<Item> before = table.get(Keys.closedUntil());
    long until = Closing.number(month.plusMonths(1));
    if (before.map(item -> item.counter("until") >= until).orElse(false)) {
      return; // an attempt that broke off
    }
    Write write =
        new Write.Put(
            Keys.closedUntil(),
            "{}",
            Map.of("until", until),
            Optional.empty(),
            before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("month " + month + " may not be closed; close it again");
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
