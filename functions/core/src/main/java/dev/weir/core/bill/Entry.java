package dev.weir.core.bill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Columns;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An entry of the books: lines of one agreement, such as all of an hour, and the one transaction
 * that they make. One item, so that lines and ledger cannot differ. Never changes.
 *
 * @param transaction of the same id; empty where the lines move no money
 */
record Entry(EntryId id, List<Line> lines, Optional<Transaction> transaction) {

  Entry {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("entry " + id + " has no lines");
    }
  }

  /** The entry that lines make. */
  static Entry of(EntryId id, List<Line> lines) {
    return new Entry(id, lines, Postings.of(id.toString(), lines));
  }

  /** As stored: columns, and of the transaction what the lines do not say. */
  private record Stored(
      Columns lines, Optional<Map<String, JsonNode>> transaction, Optional<Columns> legs) {}

  /** The write that enters it; refused where it is there already. */
  Write write() {
    Columns columns = Columns.of(lines);
    Optional<Map<String, JsonNode>> head =
        transaction.map(t -> {
          Map<String, JsonNode> fields = new TreeMap<>();
          Json.MAPPER
              .valueToTree(t)
              .properties()
              .forEach(f -> fields.put(f.getKey(), f.getValue()));
          fields.keySet().removeAll(List.of("id", "legs"));
          return fields;
        });
    Optional<Columns> legs = transaction.map(t -> Columns.of(t.legs()));
    return Write.put(Keys.entry(id), Json.write(new Stored(columns, head, legs)), Condition.ABSENT);
  }

  static Entry of(Item item) {
    EntryId id = Keys.entryId(item.key());
    Stored stored = Json.read(item.body(), Stored.class);
    Optional<Transaction> transaction =
        stored
            .transaction()
            .map(head -> {
              Map<String, Object> fields = new TreeMap<>(head);
              fields.put("id", id.toString());
              fields.put("legs", stored.legs().orElseThrow().rows(Transaction.Leg.class));
              return Json.MAPPER.convertValue(fields, Transaction.class);
            });
    return new Entry(id, stored.lines().rows(Line.class), transaction);
  }

  /** Whether an item of the ledger is an entry; others are transactions by themselves. */
  static boolean is(Key key) {
    return key.sort().startsWith(Keys.ENTRY);
  }
}
