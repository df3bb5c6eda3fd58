package dev.weir.local.port;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteTableTest extends TableContract {

  @TempDir Path folder;
  private JdbcStore store;

  @Override
  protected Table open() {
    store = Databases.sqlite(folder, clock);
    return store.table();
  }

  @AfterEach
  void close() {
    store.close();
  }
}
