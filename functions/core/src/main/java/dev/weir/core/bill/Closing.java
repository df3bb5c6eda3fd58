package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;

/**
 * Up to where the ledger is closed, as it was read.
 *
 * @param open the oldest open month; empty where none was ever closed
 */
record Closing(Optional<YearMonth> open, Condition condition) {

  /** Nothing is closed; for what keeps its month open until it is there. */
  static final Closing NONE = new Closing(Optional.empty(), Condition.ABSENT);

  /** What a balance must be to be moved: closed ones are marked. */
  static final Condition OPEN = Condition.equalTo("closed", 0);

  private static final int MONTHS = 12;

  static Closing read(Table table) {
    Optional<Item> item = table.get(Keys.closedUntil());
    return new Closing(
        item.map(i -> month(i.counter("until"))),
        item.map(i -> Condition.atVersion(i.version())).orElse(Condition.ABSENT));
  }

  static long number(YearMonth month) {
    return (long) month.getYear() * MONTHS + month.getMonthValue() - 1;
  }

  private static YearMonth month(long number) {
    return YearMonth.of((int) (number / MONTHS), (int) (number % MONTHS) + 1);
  }

  /** The month for which something of this time counts. */
  YearMonth period(Instant at) {
    YearMonth own = Line.month(at);
    return open.filter(month -> month.isAfter(own)).orElse(own);
  }

  /** Holds where no month was closed since. */
  Write check() {
    return Write.check(Keys.closedUntil(), condition);
  }

  /**
   * Compares a month with what it was when it was closed; fine where it is open.
   *
   * @throws IllegalStateException where it differs
   */
  static void require(Table table, YearMonth month, Ledger.Totals now) {
    Optional<Periods.Closed> closed =
        table.get(Keys.closed(month)).map(item -> Json.read(item.body(), Periods.Closed.class));
    closed.ifPresent(then -> {
      if (!then.totals().equals(now)) {
        throw new IllegalStateException(
            "closed month %s was %s, is %s".formatted(month, then.totals(), now));
      }
    });
  }
}
