package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/** The plugins that are installed. Thread-safe. Written a few times a year. */
public final class Plugins {

  private static final String PARTITION = "plugins";

  private final Table table;

  public Plugins(Ports ports) {
    this.table = ports.table();
  }

  public void put(Plugin plugin) {
    Write write = Write.put(new Key(PARTITION, plugin.id()), Json.write(plugin));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("plugin " + plugin.id() + " may not have been stored");
    }
  }

  public Optional<Plugin> get(String id) {
    return table.get(new Key(PARTITION, id)).map(item -> Json.read(item.body(), Plugin.class));
  }

  /** The plugin, or a 404 problem. */
  public Plugin require(String id) {
    return get(id)
        .orElseThrow(
            () -> new ProblemException(Problem.notFound("plugin " + id + " is not installed")));
  }

  public List<Plugin> list() {
    return Tables.list(table, Table.Query.all(PARTITION)).stream()
        .map(item -> Json.read(item.body(), Plugin.class))
        .toList();
  }
}
