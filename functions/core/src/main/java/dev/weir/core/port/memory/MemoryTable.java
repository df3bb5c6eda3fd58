package dev.weir.core.port.memory;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Table;
import dev.weir.core.port.TableRules;
import dev.weir.core.port.Utf8Order;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link Table} in memory. Every commit is alone, so none ever conflicts. */
public final class MemoryTable implements Table {

  private final InstantSource clock;
  private final Map<String, NavigableMap<String, Item>> partitions = new HashMap<>();

  public MemoryTable(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Optional<Item> get(Key key) {
    return live(key, clock.instant());
  }

  private Optional<Item> live(Key key, Instant now) {
    return TableRules.live(Optional.ofNullable(partition(key.partition()).get(key.sort())), now);
  }

  private NavigableMap<String, Item> partition(String name) {
    return partitions.getOrDefault(name, new TreeMap<>(Utf8Order.INSTANCE));
  }

  @Override
  public synchronized Page query(Query query) {
    TableRules.check(query);
    Instant now = clock.instant();
    List<Item> items = new ArrayList<>();
    for (Item item : range(query).values()) {
      if (TableRules.live(Optional.of(item), now).isEmpty()) {
        continue;
      }
      if (items.size() == query.limit()) {
        return new Page(items, Optional.of(TableRules.token(items.getLast().key().sort())));
      }
      items.add(item);
    }
    return new Page(items, Optional.empty());
  }

  private NavigableMap<String, Item> range(Query query) {
    NavigableMap<String, Item> range = partition(query.partition());
    if (!query.from().isEmpty()) {
      range = range.tailMap(query.from(), true);
    }
    if (!query.to().isEmpty()) {
      if (Utf8Order.INSTANCE.compare(query.from(), query.to()) >= 0) {
        return new TreeMap<>(Utf8Order.INSTANCE);
      }
      range = range.headMap(query.to(), false);
    }
    range = query.descending() ? range.descendingMap() : range;
    Optional<String> last = query.token().map(TableRules::lastSort);
    if (last.isEmpty()) {
      return range;
    }
    NavigableMap<String, Item> rest = new TreeMap<>(range.comparator());
    range.forEach((sort, item) -> {
      int order = Utf8Order.INSTANCE.compare(sort, last.get());
      if (query.descending() ? order < 0 : order > 0) {
        rest.put(sort, item);
      }
    });
    return rest;
  }

  @Override
  public synchronized Outcome commit(List<Write> writes) {
    TableRules.check(writes);
    Instant now = clock.instant();
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      if (!TableRules.holds(write.condition(), live(write.key(), now))) {
        return new Outcome.Refused(i);
      }
    }
    Map<Key, Optional<Item>> after = new HashMap<>();
    for (Write write : writes) {
      after.put(write.key(), TableRules.after(write, live(write.key(), now)));
    }
    after.forEach(this::store);
    return new Outcome.Applied();
  }

  private void store(Key key, Optional<Item> item) {
    NavigableMap<String, Item> partition =
        partitions.computeIfAbsent(key.partition(), _ -> new TreeMap<>(Utf8Order.INSTANCE));
    item.ifPresentOrElse(i -> partition.put(key.sort(), i), () -> partition.remove(key.sort()));
    if (partition.isEmpty()) {
      partitions.remove(key.partition());
    }
  }
}
