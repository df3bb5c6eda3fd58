package dev.weir.core.port.memory;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableContract;

class MemoryTableTest extends TableContract {

  @Override
  protected Table open() {
    return new MemoryTable(clock);
  }
}
