package dev.weir.core.notice;

import dev.weir.core.json.Json;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells the vendor of incidents: once when one opens, and once more where it opens again after a
 * person had settled it, unless both happened between two runs. Stateless and thread-safe.
 */
public final class TellIncidents {

  private final Table table;
  private final Incidents incidents;
  private final Notices notices;

  public TellIncidents(Ports ports) {
    this.table = ports.table();
    this.incidents = new Incidents(ports);
    this.notices = new Notices(ports);
  }

  /** Whether the incident that was told of is settled since. */
  private record Known(boolean settled) {}

  /**
   * Tells of what nobody was told of.
   *
   * @return how many
   */
  public int run() {
    Map<String, Item> told =
        Tables.list(table, Table.Query.all(Keys.TOLD)).stream()
            .collect(Collectors.toMap(item -> item.key().sort(), Function.identity()));
    int count = 0;
    for (Incident incident : incidents.list()) {
      Item known = told.get(incident.id());
      boolean settled = incident.resolvedAt().isPresent();
      boolean wasSettled = known == null || Json.read(known.body(), Known.class).settled();
      if (settled == wasSettled) {
        continue;
      }
      List<Write> writes = new ArrayList<>();
      Condition unchanged = known == null ? Condition.ABSENT : Condition.atVersion(known.version());
      writes.add(Write.put(Keys.told(incident.id()), Json.write(new Known(settled)), unchanged));
      if (!settled) {
        writes.addAll(notices.writes(notice(incident)));
      }
      if (Tables.commit(table, writes).applied() && !settled) {
        count++;
      }
    }
    return count;
  }

  private static Notice notice(Incident incident) {
    String id = StableId.of("incident", incident.id(), incident.at().toString());
    return Notice.of(id, "incident.opened", incident.at(), Notice.VENDOR, incident);
  }
}
