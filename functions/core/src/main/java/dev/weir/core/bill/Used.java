package dev.weir.core.bill;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.YearMonth;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an agreement used in a month, by price version and meter, and the running sums of what
 * changes its amounts: one item, so that an hour of several meters moves one.
 *
 * @param condition that nobody moved it since it was read
 */
record Used(Key key, Condition condition, Map<String, Long> sums) {

  private static final TypeReference<Map<String, Long>> SUMS = new TypeReference<>() {};

  Used {
    sums = Map.copyOf(sums);
  }

  static Used read(Table table, String agreementId, YearMonth month) {
    Key key = Keys.used(agreementId, month);
    Optional<Item> item = table.get(key);
    return item.map(i ->
            new Used(
                key,
                Condition.atVersion(i.version()),
                Json.MAPPER.convertValue(Json.read(i.body(), Map.class), SUMS)))
        .orElseGet(() -> new Used(key, Condition.ABSENT, Map.of()));
  }

  private static String name(PriceVersion price, String meter) {
    return price.planId() + "/" + price.version() + "/" + meter;
  }

  long of(PriceVersion price, String meter) {
    return sums.getOrDefault(name(price, meter), 0L);
  }

  Used plus(PriceVersion price, String meter, long quantity) {
    Map<String, Long> more = new TreeMap<>(sums);
    more.merge(name(price, meter), quantity, Math::addExact);
    return new Used(key, condition, more);
  }

  /** With other running sums of the month as they stand now. */
  Used with(Map<String, Long> changed) {
    Map<String, Long> more = new TreeMap<>(sums);
    more.putAll(changed);
    return new Used(key, condition, more);
  }

  Write write() {
    return Write.put(key, Json.write(new TreeMap<>(sums)), condition);
  }
}
