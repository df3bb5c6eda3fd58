package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.InstantSource;
import java.util.List;

/** What a person must look at, in the table. Stateless and thread-safe. */
public final class Incidents {

  private final Table table;
  private final InstantSource clock;

  public Incidents(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /** The write that records it, for the commit in which it happens. */
  public Write write(Incident.Kind kind, String subject, String detail) {
    String id = StableId.of(kind.name(), subject);
    Key key = Keys.incident(id);
    return Write.put(key, Json.write(new Incident(id, kind, subject, detail, clock.instant())));
  }

  public List<Incident> list() {
    return Tables.list(table, Table.Query.all(Keys.INCIDENTS)).stream()
        .map(item -> Json.read(item.body(), Incident.class))
        .toList();
  }
}
