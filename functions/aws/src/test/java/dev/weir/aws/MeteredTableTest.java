package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.port.Key;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/** What {@link MeteredTable} counts. */
final class MeteredTableTest {

  @Test
  void aPlainWritesUnitsAreThoseThatDynamoDbLocalSays() {
    for (int bytes : List.of(1, 900, 1100, 5000)) {
      Map<String, AttributeValue> item = new HashMap<>(DynamoItems.key(new Key("p" + bytes, "s")));
      item.put("b", DynamoItems.text("x".repeat(bytes)));
      double said =
          DynamoLocal.client()
              .putItem(r ->
                  r.tableName(DynamoLocal.TABLE)
                      .item(item)
                      .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
              .consumedCapacity()
              .capacityUnits();
      assertEquals(said, Math.ceil(MeteredTable.bytes(item) / 1024.0));
    }
  }
}
