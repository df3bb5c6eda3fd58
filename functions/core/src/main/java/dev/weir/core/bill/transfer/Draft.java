package dev.weir.core.bill.transfer;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What would be there after some changes: reads through to the table and holds what is changed, so
 * that rules see their own effects and a chain can be taken back. Its writes hold only where
 * everything that was changed is still as it was read. For one thread.
 */
final class Draft {

  private final Table table;
  private final Map<Key, Optional<Item>> read = new HashMap<>();
  private Map<Key, Optional<String>> changed = new LinkedHashMap<>();

  Draft(Table table) {
    this.table = table;
  }

  <T> Optional<T> get(Key key, Class<T> type) {
    Optional<String> body =
        changed.containsKey(key) ? changed.get(key) : stored(key).map(Item::body);
    return body.map(json -> Json.read(json, type));
  }

  private Optional<Item> stored(Key key) {
    return read.computeIfAbsent(key, table::get);
  }

  void put(Key key, Object value) {
    Optional<Item> _ = stored(key);
    changed.put(key, Optional.of(Json.write(value)));
  }

  void delete(Key key) {
    Optional<Item> _ = stored(key);
    changed.put(key, Optional.empty());
  }

  /** What to {@link #reset} to. */
  Map<Key, Optional<String>> mark() {
    return new LinkedHashMap<>(changed);
  }

  void reset(Map<Key, Optional<String>> mark) {
    changed = new LinkedHashMap<>(mark);
  }

  List<Write> writes() {
    return changed.entrySet().stream()
        .filter(change -> !change.getValue().equals(stored(change.getKey()).map(Item::body)))
        .map(change -> write(change.getKey(), change.getValue()))
        .toList();
  }

  private Write write(Key key, Optional<String> body) {
    Condition condition =
        stored(key).map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    return body.<Write>map(json -> Write.put(key, json, condition))
        .orElseGet(() -> new Write.Delete(key, condition));
  }
}
