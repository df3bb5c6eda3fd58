package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoItemsTest {

  private static Map<String, AttributeValue> attributes(String body) {
    return DynamoItems.attributes(
        new Item(new Key("p", "s"), 3, Map.of("n", 7L), body, Optional.empty()));
  }

  @Test
  void aLargeBodyIsPackedAndReadAsItWas() {
    String body = "{\"text\":\"%s\"}".formatted("流量 of an hour, ".repeat(200));
    Map<String, AttributeValue> packed = attributes(body);
    assertFalse(packed.containsKey("b"));
    assertTrue(packed.get("z").b().asByteArray().length < body.length() / 10);
    Item item = DynamoItems.item(packed).orElseThrow();
    assertEquals(body, item.body());
    assertEquals(Map.of("n", 7L), item.counters());
  }

  @Test
  void aSmallBodyAndOneAsItWasStoredBeforeAreText() {
    Map<String, AttributeValue> small = attributes("{\"a\":1}");
    assertEquals("{\"a\":1}", small.get("b").s());
    assertFalse(small.containsKey("z"));
    Map<String, AttributeValue> before = new HashMap<>(small);
    before.put("b", DynamoItems.text("x".repeat(5000)));
    assertEquals("x".repeat(5000), DynamoItems.item(before).orElseThrow().body());
  }

  @Test
  void aPackedBodyThatHoldsTooMuchIsNotRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_COMPRESSION, true))) {
      out.write(new byte[Table.BODY_MAX_BYTES + 1]);
    }
    Map<String, AttributeValue> bomb = new HashMap<>(attributes("{}"));
    bomb.put("z", AttributeValue.fromB(SdkBytes.fromByteArray(bytes.toByteArray())));
    PortException refused = assertThrows(PortException.class, () -> DynamoItems.item(bomb));
    assertEquals("a packed body holds more than 65536 B", refused.getMessage());
  }
}
