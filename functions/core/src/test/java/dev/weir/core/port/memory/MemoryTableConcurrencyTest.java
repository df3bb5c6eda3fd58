package dev.weir.core.port.memory;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableConcurrencyContract;
import java.time.InstantSource;

class MemoryTableConcurrencyTest extends TableConcurrencyContract {

  @Override
  protected Table open(InstantSource clock) {
    return new MemoryTable(clock);
  }
}
