package dev.weir.local.port;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.TableRules;
import dev.weir.core.port.Write;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The items that a group of commits is about: read once, judged and changed in memory commit by
 * commit, written once. A counter that many commits add to costs one write.
 */
final class Overlay {

  private static final String UPSERT =
      "INSERT INTO weir_items (pk, sk, version, counters, body, expires) VALUES (?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (pk, sk) DO UPDATE SET version = excluded.version,"
          + " counters = excluded.counters, body = excluded.body, expires = excluded.expires";
  private static final String DELETE = "DELETE FROM weir_items WHERE pk = ? AND sk = ?";
  private static final String READ_MANY =
      "SELECT pk, sk, version, counters, body, expires FROM weir_items"
          + " WHERE (pk, sk) IN (SELECT * FROM unnest(?::bytea[], ?::bytea[]))";

  private final Map<Key, Item> items = new HashMap<>();
  private final Set<Key> changed = new LinkedHashSet<>();

  private Overlay() {}

  static Overlay read(Session session, Collection<Key> keys) throws SQLException {
    Overlay overlay = new Overlay();
    switch (session.dialect()) {
      case SQLITE -> {
        for (Key key : keys) {
          Rows.get(session, key).ifPresent(item -> overlay.items.put(key, item));
        }
      }
      case POSTGRES -> overlay.readMany(session, keys);
    }
    return overlay;
  }

  /** One round trip, where each would be one over the network. */
  private void readMany(Session session, Collection<Key> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    byte[][] partitions =
        keys.stream().map(key -> Rows.bytes(key.partition())).toArray(byte[][]::new);
    byte[][] sorts = keys.stream().map(key -> Rows.bytes(key.sort())).toArray(byte[][]::new);
    PreparedStatement read = session.prepare(READ_MANY);
    read.setArray(1, session.connection().createArrayOf("bytea", partitions));
    read.setArray(2, session.connection().createArrayOf("bytea", sorts));
    try (ResultSet rows = read.executeQuery()) {
      while (rows.next()) {
        Key key = new Key(Rows.text(rows.getBytes(1)), Rows.text(rows.getBytes(2)));
        items.put(key, Rows.item(key, rows, 3));
      }
    }
  }

  /**
   * Judges a commit and, where it is applied, changes the overlay.
   *
   * @throws IllegalArgumentException where a counter overflows; nothing has changed then
   */
  Outcome apply(List<Write> writes, Instant now) {
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      if (!TableRules.holds(write.condition(), live(write.key(), now))) {
        return new Outcome.Refused(i);
      }
    }
    List<Optional<Item>> after = new ArrayList<>();
    for (Write write : writes) {
      after.add(TableRules.after(write, live(write.key(), now)));
    }
    for (int i = 0; i < writes.size(); i++) {
      if (!(writes.get(i) instanceof Write.Check)) {
        set(writes.get(i).key(), after.get(i));
      }
    }
    return new Outcome.Applied();
  }

  private Optional<Item> live(Key key, Instant now) {
    return TableRules.live(Optional.ofNullable(items.get(key)), now);
  }

  private void set(Key key, Optional<Item> item) {
    if (item.isEmpty() && !items.containsKey(key)) {
      return;
    }
    item.ifPresentOrElse(i -> items.put(key, i), () -> items.remove(key));
    changed.add(key);
  }

  /** Writes what changed. */
  void write(Session session) throws SQLException {
    int puts = 0;
    int deletes = 0;
    PreparedStatement upsert = session.prepare(UPSERT);
    PreparedStatement delete = session.prepare(DELETE);
    upsert.clearBatch(); // a group that failed may have left some
    delete.clearBatch();
    for (Key key : changed) {
      Item item = items.get(key);
      if (item == null) {
        Rows.bind(delete, key);
        delete.addBatch();
        deletes++;
      } else {
        Rows.bind(upsert, item);
        upsert.addBatch();
        puts++;
      }
    }
    if (puts > 0) {
      upsert.executeBatch();
    }
    if (deletes > 0) {
      delete.executeBatch();
    }
  }
}
