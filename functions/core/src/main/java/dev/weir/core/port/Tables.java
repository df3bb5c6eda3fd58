package dev.weir.core.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks over a {@link Table} that every use case needs. */
public final class Tables {

  private Tables() {}

  /** Visits every item of a query, page by page. */
  public static void forEach(Table table, Table.Query query, Consumer<Item> visitor) {
    Table.Query next = query;
    while (true) {
      Table.Page page = table.query(next);
      page.items().forEach(visitor);
      Optional<String> token = page.next();
      if (token.isEmpty()) {
        return;
      }
      next = next.after(token.get());
    }
  }

  /** All items of a query; for partitions whose size has a limit. */
  public static List<Item> list(Table table, Table.Query query) {
    List<Item> items = new ArrayList<>();
    forEach(table, query, items::add);
    return items;
  }
}
