package dev.weir.local.port;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableConcurrencyContract;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;

class PostgresTableConcurrencyTest extends TableConcurrencyContract {

  private JdbcStore store;

  @Override
  protected Table open(InstantSource clock) {
    store = Databases.postgres(clock);
    return store.table();
  }

  @AfterEach
  void close() {
    store.close();
  }
}
