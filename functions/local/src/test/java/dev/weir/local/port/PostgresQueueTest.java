package dev.weir.local.port;

import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueContract;
import org.junit.jupiter.api.AfterEach;

class PostgresQueueTest extends QueueContract {

  private JdbcStore store;

  @Override
  protected Queue open(String name) {
    if (store == null) {
      store = Databases.postgres(clock);
    }
    return store.queue(name);
  }

  @AfterEach
  void close() {
    store.close();
  }
}
