package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;

/** Who sponsors the use of channels, and what of their budgets is spent. Thread-safe. */
public final class Sponsorships {

  /** The most of one channel, ended ones included. */
  public static final int CHANNEL_MAX = 64;

  private final Table table;

  public Sponsorships(Ports ports) {
    this.table = ports.table();
  }

  /**
   * Stores one; the same again is fine.
   *
   * @throws ProblemException 409 where another of that id is stored, or the channel has too many
   */
  public void put(Sponsorship sponsorship) {
    List<Sponsorship> before = list(sponsorship.channelId());
    if (before.contains(sponsorship)) {
      return;
    }
    if (before.size() >= CHANNEL_MAX) {
      throw conflict("sponsorships of channel " + sponsorship.channelId() + " > " + CHANNEL_MAX);
    }
    Key key = Keys.sponsorship(sponsorship.channelId(), sponsorship.id());
    Write write = Write.put(key, Json.write(sponsorship), Condition.ABSENT);
    switch (Tables.commit(table, List.of(write))) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ ->
          throw conflict("sponsorship " + sponsorship.id() + " is there and cannot change");
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("sponsorship " + sponsorship.id() + " may not be stored");
    }
  }

  /** A channel's, by id. */
  public List<Sponsorship> list(String channelId) {
    return Tables.list(table, Table.Query.all(Keys.sponsorships(channelId))).stream()
        .map(item -> Json.read(item.body(), Sponsorship.class))
        .toList();
  }

  /** One sponsorship's budget of a month. */
  record Budget(Sponsorship of, YearMonth month) {
    private Key key() {
      return Keys.sponsored(of.channelId(), of.id(), month);
    }
  }

  /** What one paid in a month, for all agreements. */
  public long spent(Sponsorship sponsorship, YearMonth month) {
    return table
        .get(new Budget(sponsorship, month).key())
        .map(item -> item.counter("spent"))
        .orElse(0L);
  }

  /** The write that takes from a budget; refused where not that much is left. */
  static Write spend(Budget budget, long micros) {
    return Write.add(
        budget.key(),
        Map.of("spent", micros),
        micros > 0
            ? Condition.atMost("spent", budget.of().budgetMicros() - micros)
            : Condition.ALWAYS);
  }

  /** Those that pay for an hour. */
  static List<Sponsorship> covering(List<Sponsorship> all, Instant hour, String currency) {
    return all.stream().filter(s -> s.covers(hour) && s.currency().equals(currency)).toList();
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
