package dev.weir.core.meter;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A table that lets a test act just before a commit. */
public record InterposedTable(Table table, Consumer<List<Write>> before) implements Table {

  public Ports in(Ports ports) {
    return new Ports(
        this, ports.blobs(), ports.queues(), ports.hosts(), ports.secrets(), ports.clock());
  }

  @Override
  public Optional<Item> get(Key key) {
    return table.get(key);
  }

  @Override
  public Page query(Query query) {
    return table.query(query);
  }

  @Override
  public Outcome commit(List<Write> writes) {
    before.accept(writes);
    return table.commit(writes);
  }
}
