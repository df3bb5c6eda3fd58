package dev.weir.local.port;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableContract;
import org.junit.jupiter.api.AfterEach;

class PostgresTableTest extends TableContract {

  private JdbcStore store;

  @Override
  protected Table open() {
    store = Databases.postgres(clock);
    return store.table();
  }

  @AfterEach
  void close() {
    store.close();
  }
}
