package dev.weir.local.port;

import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteQueueTest extends QueueContract {

  @TempDir Path folder;
  private JdbcStore store;

  @Override
  protected Queue open(String name) {
    if (store == null) {
      store = Databases.sqlite(folder, clock);
    }
    return store.queue(name);
  }

  @AfterEach
  void close() {
    store.close();
  }
}
