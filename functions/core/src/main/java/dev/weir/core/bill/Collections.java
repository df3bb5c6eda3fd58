package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Which agreements' months were paid, by the customer or by the market. Thread-safe. */
public final class Collections {

  private final Table table;

  public Collections(Ports ports) {
    this.table = ports.table();
  }

  private record Paid(Instant at) {}

  /** Records that the money of a month came in; a month paid before keeps its time. */
  public void collected(String agreementId, YearMonth month, Instant at) {
    Write write = write(agreementId, month, at);
    Outcome outcome = Tables.commit(table, List.of(write));
    if (outcome instanceof Outcome.Conflict || outcome instanceof Outcome.Unknown) {
      throw new PortException("payment of " + agreementId + " for " + month + " may be lost");
    }
  }

  /** The same, for a commit that knows that it has not come in before. */
  static Write write(String agreementId, YearMonth month, Instant at) {
    return Write.put(
        Keys.collected(agreementId, month), Json.write(new Paid(at)), Condition.ABSENT);
  }

  /** When the money of a month came in; empty while it has not. */
  public Optional<Instant> collectedAt(String agreementId, YearMonth month) {
    return table
        .get(Keys.collected(agreementId, month))
        .map(item -> Json.read(item.body(), Paid.class).at());
  }
}
