package dev.weir.local.port;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableConcurrencyContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteTableConcurrencyTest extends TableConcurrencyContract {

  @TempDir Path folder;
  private JdbcStore store;

  @Override
  protected Table open(InstantSource clock) {
    store = Databases.sqlite(folder, clock);
    return store.table();
  }

  @AfterEach
  void close() {
    store.close();
  }
}
