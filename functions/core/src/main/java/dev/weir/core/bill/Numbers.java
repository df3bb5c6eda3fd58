package dev.weir.core.bill;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.Map;
import java.util.Optional;

/**
 * The next number of a series without gaps. Its write belongs into the commit that issues what
 * bears the number; where that is refused, somebody else took the number, and the next is asked.
 *
 * @param write takes the number
 */
record Numbers(long number, Write write) {

  static Numbers next(Table table, Key series) {
    Optional<Item> counter = table.get(series);
    long number = counter.map(item -> item.counter("number")).orElse(0L) + 1;
    Condition condition =
        counter.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    return new Numbers(
        number, new Write.Put(series, "{}", Map.of("number", number), Optional.empty(), condition));
  }
}
