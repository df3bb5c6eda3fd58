package dev.weir.local.port;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Table;
import dev.weir.core.port.TableRules;
import dev.weir.core.port.Write;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A {@link Table} in a SQL database. Expiry is kept to the millisecond. */
final class JdbcTable implements Table {

  private final JdbcStore store;

  JdbcTable(JdbcStore store) {
    this.store = store;
  }

  @Override
  public Optional<Item> get(Key key) {
    Optional<Item> item = store.read(session -> Rows.get(session, key));
    return TableRules.live(item, store.clock().instant());
  }

  @Override
  public Outcome commit(List<Write> writes) {
    TableRules.check(writes);
    try {
      return store.change(new Change.Commit(List.copyOf(writes), new CompletableFuture<>()));
    } catch (Change.Unanswered e) {
      return new Outcome.Unknown();
    }
  }

  @Override
  public Page query(Query query) {
    TableRules.check(query);
    Optional<String> last = query.token().map(TableRules::lastSort);
    List<Item> items = store.read(session -> read(session, query, last));
    if (items.size() <= query.limit()) {
      return new Page(items, Optional.empty());
    }
    List<Item> page = items.subList(0, query.limit());
    return new Page(page, Optional.of(TableRules.token(page.getLast().key().sort())));
  }

  /** One item more than the limit, so that it is known whether there is a next page. */
  private List<Item> read(Session session, Query query, Optional<String> last) throws SQLException {
    boolean up = !query.descending();
    String low = up && last.isPresent() ? last.get() : query.from();
    String high = !up && last.isPresent() ? last.get() : query.to();
    String sql =
        "SELECT sk, version, counters, body, expires FROM weir_items WHERE pk = ?"
            + (up && last.isPresent() ? " AND sk > ?" : " AND sk >= ?")
            + (high.isEmpty() ? "" : " AND sk < ?")
            + " AND (expires IS NULL OR expires > ?) ORDER BY sk"
            + (up ? "" : " DESC")
            + " LIMIT ?";
    PreparedStatement read = session.prepare(sql);
    int column = 1;
    read.setBytes(column++, Rows.bytes(query.partition()));
    read.setBytes(column++, Rows.bytes(low));
    if (!high.isEmpty()) {
      read.setBytes(column++, Rows.bytes(high));
    }
    read.setLong(column++, store.clock().millis());
    read.setInt(column, query.limit() + 1);
    List<Item> items = new ArrayList<>();
    try (ResultSet rows = read.executeQuery()) {
      while (rows.next()) {
        Key key = new Key(query.partition(), Rows.text(rows.getBytes(1)));
        items.add(Rows.item(key, rows, 2));
      }
    }
    return items;
  }
}
