package dev.weir.aws;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A DynamoDB table that counts the write units of what is applied, by AWS's rules: for each write
 * the size of the item before or after it, whichever is larger, in whole KB, and twice that in a
 * transaction. An item's size is that of its attribute names and values in UTF-8; a number takes
 * about one byte for two digits, and one.
 */
final class MeteredTable implements Table {

  private static final int KB = 1024;

  private final Table table;
  private final Map<String, Integer> largest = new TreeMap<>();
  private long units;
  private double reads;

  MeteredTable(Table table) {
    this.table = table;
  }

  /** The units since this was asked last. */
  long take() {
    long taken = units;
    units = 0;
    return taken;
  }

  /** The read units since this was asked last: one for 4 KB, read consistently. */
  double takeReads() {
    double taken = reads;
    reads = 0;
    return taken;
  }

  /** The largest item written, by the first field of its partition, in bytes. */
  Map<String, Integer> largest() {
    return largest;
  }

  @Override
  public Optional<Item> get(Key key) {
    Optional<Item> item = table.get(key);
    reads += reads(item.map(MeteredTable::bytes).orElse(0));
    return item;
  }

  @Override
  public Page query(Query query) {
    Page page = table.query(query);
    reads += reads(page.items().stream().mapToInt(MeteredTable::bytes).sum());
    return page;
  }

  private static double reads(int bytes) {
    return Math.max(1, (bytes + 4 * KB - 1) / (4 * KB));
  }

  @Override
  public Outcome commit(List<Write> writes) {
    Map<Key, Integer> before = new HashMap<>();
    writes.forEach(write -> before.put(write.key(), bytes(write.key())));
    Outcome outcome = table.commit(writes);
    if (outcome.applied()) {
      int each = writes.size() == 1 ? 1 : 2;
      for (Write write : writes) {
        int bytes = Math.max(before.getOrDefault(write.key(), 0), bytes(write.key()));
        units += (long) each * Math.max(1, (bytes + KB - 1) / KB);
        String kind = write.key().partition().split("/", -1)[0];
        largest.merge(kind, bytes, Math::max);
      }
    }
    return outcome;
  }

  private int bytes(Key key) {
    return table.get(key).map(MeteredTable::bytes).orElse(0);
  }

  private static int bytes(Item item) {
    return bytes(DynamoItems.attributes(item));
  }

  static int bytes(Map<String, AttributeValue> attributes) {
    int bytes = 0;
    for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
      bytes += utf8(attribute.getKey());
      AttributeValue value = attribute.getValue();
      if (value.n() != null) {
        bytes += (value.n().length() + 1) / 2 + 1;
      } else {
        bytes += value.b() == null ? utf8(value.s()) : value.b().asByteArrayUnsafe().length;
      }
    }
    return bytes;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
