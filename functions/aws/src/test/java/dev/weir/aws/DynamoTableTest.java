package dev.weir.aws;

import dev.weir.core.port.Table;
import dev.weir.core.port.TableContract;

final class DynamoTableTest extends TableContract {

  @Override
  protected Table open() {
    return new DynamoTable(DynamoLocal.client(), DynamoLocal.client(), DynamoLocal.TABLE, clock);
  }
}
