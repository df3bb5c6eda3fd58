package dev.weir.aws;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableConcurrencyContract;
import java.time.InstantSource;

final class DynamoTableConcurrencyTest extends TableConcurrencyContract {

  @Override
  protected Table open(InstantSource clock) {
    return new DynamoTable(DynamoLocal.client(), DynamoLocal.client(), DynamoLocal.TABLE, clock);
  }
}
