package dev.weir.core.limit;

import dev.weir.core.json.Json;
import dev.weir.core.meter.Budgets;
import dev.weir.core.meter.StableId;
import dev.weir.core.notice.Notice;
import dev.weir.core.notice.Notices;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.math.BigInteger;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says when budgets are spent to a threshold. Judged by the budget as it stands whenever a tranche
 * was settled or refused, so one that a crash swallowed is said after the next. The commit that
 * records one also tells it to whom it concerns. Thread-safe.
 */
public final class Alerts {

  /** The thresholds, in per cent. */
  public static final List<Integer> PERCENT = List.of(50, 80, 100);

  private static final int SAID_MAX = 100_000;

  private final Table table;
  private final InstantSource clock;
  private final Budgets budgets;
  private final Notices notices;
  private final Outbox outbox;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  public Alerts(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.budgets = new Budgets(ports);
    this.notices = new Notices(ports);
    this.outbox = new Outbox(ports);
  }

  /** A month's alerts, by limit. */
  public List<Alert> list(YearMonth month) {
    return Tables.list(table, Table.Query.prefix(Keys.ALERTS, Keys.alertPrefix(month))).stream()
        .map(item -> Json.read(item.body(), Alert.class))
        .toList();
  }

  void check(Limit.Budget limit, YearMonth month) {
    if (said.contains(name(limit, month, PERCENT.getLast()))) {
      return;
    }
    long spent = budgets.state(new Budgets.Of(limit.id(), limit.of(), month)).spent();
    for (int percent : PERCENT) {
      if (reached(spent, limit.perMonth(), percent)) {
        say(limit, month, percent, spent);
      }
    }
  }

  private static boolean reached(long spent, long perMonth, int percent) {
    BigInteger hundredfold = BigInteger.valueOf(spent).multiply(BigInteger.valueOf(100));
    BigInteger threshold = BigInteger.valueOf(perMonth).multiply(BigInteger.valueOf(percent));
    return hundredfold.compareTo(threshold) >= 0;
  }

  private void say(Limit.Budget limit, YearMonth month, int percent, long spent) {
    String name = name(limit, month, percent);
    if (said.contains(name)) {
      return;
    }
    Alert alert =
        new Alert(
            limit.id(),
            limit.on(),
            limit.of(),
            month.toString(),
            percent,
            spent,
            limit.perMonth(),
            clock.instant());
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(Keys.alert(month, limit.id(), percent), Json.write(alert), Condition.ABSENT));
    writes.addAll(notices.writes(notice(alert)));
    switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> {
        known(name);
        outbox.flush(Outbox.rows(writes));
      }
      case Outcome.Refused _ -> known(name);
      case Outcome.Conflict _, Outcome.Unknown _ -> {}
    }
  }

  private void known(String name) {
    if (said.size() >= SAID_MAX) {
      said.clear();
    }
    said.add(name);
  }

  /** Its id follows from limit, month and threshold: who was told of it knows it again. */
  private static Notice notice(Alert alert) {
    String id =
        StableId.of("budget", alert.limitId(), alert.month(), Integer.toString(alert.percent()));
    return Notice.of(id, "budget.reached", alert.at(), alert.on(), alert);
  }

  private static String name(Limit.Budget limit, YearMonth month, int percent) {
    return limit.id() + "/" + month + "/" + percent;
  }
}
