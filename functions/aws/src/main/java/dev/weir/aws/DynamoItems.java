package dev.weir.aws;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items as attributes, with short names because every byte of a hot item is paid for: {@code p} and
 * {@code s} keys, {@code v} version, {@code b} body or {@code z} the same packed, {@code c_NAME}
 * counters, {@code m} expiry in milliseconds, {@code x} expiry in seconds rounded up, for
 * DynamoDB's own sweeping.
 */
final class DynamoItems {

  static final String COUNTER = "c_";

  /** A smaller item takes one write unit anyway, or nearly. */
  private static final int PACKED_FROM_BYTES = 768;

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
    AttributeValue expires = attributes.get("m");
    return Optional.of(
        new Item(
            new Key(get(attributes, "p").s(), get(attributes, "s").s()),
            Long.parseLong(get(attributes, "v").n()),
            counters,
            body(attributes),
            expires == null
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(Long.parseLong(expires.n())))));
  }

  private static String body(Map<String, AttributeValue> attributes) {
    AttributeValue packed = attributes.get("z");
    if (packed != null) {
      return new String(unpacked(packed.b().asByteArrayUnsafe()), StandardCharsets.UTF_8);
    }
    AttributeValue body = attributes.get("b");
    return body == null ? "{}" : body.s();
  }

  private static byte[] packed(byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] unpacked(byte[] packed) {
    try (Inflater inflater = new Inflater(true);
        InflaterInputStream in =
            new InflaterInputStream(new ByteArrayInputStream(packed), inflater)) {
      byte[] text = in.readNBytes(Table.BODY_MAX_BYTES + 1);
      if (text.length > Table.BODY_MAX_BYTES) {
        throw new PortException("a packed body holds more than " + Table.BODY_MAX_BYTES + " B");
      }
      return text;
    } catch (IOException e) {
      throw new PortException("a packed body cannot be read", e);
    }
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
      byte[] text = item.body().getBytes(StandardCharsets.UTF_8);
      byte[] packed = text.length < PACKED_FROM_BYTES ? text : packed(text);
      if (packed.length < text.length) {
        attributes.put("z", AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(packed)));
      } else {
        attributes.put("b", text(item.body()));
      }
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
