package dev.weir.aws;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items as attributes, with short names because every byte of a hot item is paid for: {@code p} and
 * {@code s} keys, {@code v} version, {@code b} body, {@code c_NAME} counters, {@code m} expiry in
 * milliseconds, {@code x} expiry in seconds rounded up, for DynamoDB's own sweeping.
 */
final class DynamoItems {

  static final String COUNTER = "c_";

  private DynamoItems() {}

  static AttributeValue text(String value) {
    return AttributeValue.builder().s(value).build();
  }

  static AttributeValue number(long value) {
    return AttributeValue.builder().n(Long.toString(value)).build();
  }

  static Map<String, AttributeValue> key(Key key) {
    return Map.of("p", text(key.partition()), "s", text(key.sort()));
  }

  static Optional<Item> item(Map<String, AttributeValue> attributes) {
    if (attributes.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> counters = new HashMap<>();
    attributes.forEach((name, value) -> {
      if (name.startsWith(COUNTER)) {
        counters.put(name.substring(COUNTER.length()), Long.valueOf(value.n()));
      }
    });
    AttributeValue body = attributes.get("b");
    AttributeValue expires = attributes.get("m");
    return Optional.of(
        new Item(
            new Key(get(attributes, "p").s(), get(attributes, "s").s()),
            Long.parseLong(get(attributes, "v").n()),
            counters,
            body == null ? "{}" : body.s(),
            expires == null
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(Long.parseLong(expires.n())))));
  }

  /** An attribute that every item of this table has. */
  static AttributeValue get(Map<String, AttributeValue> attributes, String name) {
    AttributeValue value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("an item has no attribute " + name);
    }
    return value;
  }

  static Map<String, AttributeValue> attributes(Item item) {
    Map<String, AttributeValue> attributes = new HashMap<>(key(item.key()));
    attributes.put("v", number(item.version()));
    if (!item.body().equals("{}")) {
      attributes.put("b", text(item.body()));
    }
    item.counters().forEach((name, value) -> attributes.put(COUNTER + name, number(value)));
    item.expires()
        .ifPresent(at -> {
          attributes.put("m", number(at.toEpochMilli()));
          attributes.put("x", number(Math.floorDiv(at.toEpochMilli() + 999, 1000)));
        });
    return attributes;
  }
}
