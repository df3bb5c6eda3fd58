package dev.weir.core.bill;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rated quantities of an agreement that wait for the report of a later hour: what a line could not
 * take, and what was rated after its hour's line was made. Mostly there are none, and then there is
 * no item.
 *
 * @param version of the item; 0 where there is none
 * @param waiting by meter, the oldest part first
 */
record Carry(String agreementId, long version, Map<String, List<ReportLine.Part>> waiting) {

  private record Stored(Map<String, List<ReportLine.Part>> waiting) {}

  Carry {
    Map<String, List<ReportLine.Part>> some = new TreeMap<>(waiting);
    some.values().removeIf(List::isEmpty);
    waiting = Map.copyOf(some);
  }

  static Carry none(String agreementId) {
    return new Carry(agreementId, 0, Map.of());
  }

  /** All that there are, by agreement. */
  static Map<String, Carry> all(Table table) {
    Map<String, Carry> all = new HashMap<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.CARRY))) {
      Carry carry = of(item);
      all.put(carry.agreementId(), carry);
    }
    return all;
  }

  private static Carry of(Item item) {
    return new Carry(
        item.key().sort(), item.version(), Json.read(item.body(), Stored.class).waiting());
  }

  static Carry read(Table table, String agreementId) {
    return table.get(Keys.carry(agreementId)).map(Carry::of).orElseGet(() -> none(agreementId));
  }

  List<ReportLine.Part> of(String meter) {
    return waiting.getOrDefault(meter, List.of());
  }

  Carry with(String meter, List<ReportLine.Part> parts) {
    Map<String, List<ReportLine.Part>> other = new TreeMap<>(waiting);
    other.put(meter, List.copyOf(parts));
    return new Carry(agreementId, version, other);
  }

  Carry plus(String meter, ReportLine.Part part) {
    List<ReportLine.Part> longer = new ArrayList<>(of(meter));
    longer.add(part);
    return with(meter, longer);
  }

  /** The write that makes the item so; none where it is so. */
  Optional<Write> write(Carry before) {
    if (waiting.equals(before.waiting)) {
      return Optional.empty();
    }
    Condition condition = version == 0 ? Condition.ABSENT : Condition.atVersion(version);
    return Optional.of(
        waiting.isEmpty()
            ? new Write.Delete(Keys.carry(agreementId), condition)
            : Write.put(
                Keys.carry(agreementId),
                Json.write(new Stored(new TreeMap<>(waiting))),
                condition));
  }
}
