package dev.weir.core.port.memory;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.List;
import java.util.Optional;

/** A table whose commits conflict and whose answers are lost. */
final class FaultyTable implements Table {

  private final Table table;
  private final Faults faults;

  FaultyTable(Table table, Faults faults) {
    this.table = table;
    this.faults = faults;
  }

  @Override
  public Optional<Item> get(Key key) {
    return faults.reading(() -> table.get(key));
  }

  @Override
  public Page query(Query query) {
    return faults.reading(() -> table.query(query));
  }

  @Override
  public Outcome commit(List<Write> writes) {
    faults.step();
    if (faults.happens(Fault.CONFLICT)) {
      return new Outcome.Conflict();
    }
    if (faults.happens(Fault.LOST_BEFORE)) {
      return new Outcome.Unknown();
    }
    Outcome outcome = table.commit(writes);
    faults.step();
    return faults.happens(Fault.LOST_AFTER) ? new Outcome.Unknown() : outcome;
  }
}
