package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bindings of channels, found by id or alias. Thread-safe. */
public final class Bindings {

  /** The most aliases of a binding. */
  public static final int ALIASES_MAX = 16;

  private final Table table;

  public Bindings(Ports ports) {
    this.table = ports.table();
  }

  /** Puts a binding, replacing one with its id. */
  public void put(ChannelBinding binding) {
    Set<String> aliases = new LinkedHashSet<>(binding.aliases());
    aliases.remove(binding.id());
    if (aliases.size() > ALIASES_MAX) {
      throw new IllegalArgumentException(
          "aliases " + aliases.size() + " > " + ALIASES_MAX + " (binding " + binding.id() + ")");
    }
    List<Write> writes = new ArrayList<>();
    writes.add(Write.put(Keys.binding(binding.channelId(), binding.id()), Json.write(binding)));
    for (String alias : aliases) {
      writes.add(
          Write.put(
              Keys.alias(binding.channelId(), alias), Json.write(Map.of("id", binding.id()))));
    }
    if (!Tables.commit(table, writes).applied()) {
      throw new PortException("binding may not be stored (channel " + binding.channelId() + ")");
    }
  }

  /** The binding that a channel names so. */
  public Optional<ChannelBinding> get(String channelId, String idOrAlias) {
    Optional<Item> direct = table.get(Keys.binding(channelId, idOrAlias));
    return direct
        .or(() ->
            table
                .get(Keys.alias(channelId, idOrAlias))
                .map(alias -> Json.parseTree(alias.body()).path("id").asText())
                .flatMap(id -> table.get(Keys.binding(channelId, id))))
        .map(item -> Json.read(item.body(), ChannelBinding.class));
  }

  /** A page of a channel's bindings, in no meaningful order. */
  public Table.Page page(String channelId, int limit, Optional<String> token) {
    Table.Query query =
        Table.Query.prefix(Keys.channel(channelId), Keys.BINDING_PREFIX).limit(limit);
    return table.query(token.map(query::after).orElse(query));
  }

  /** Reads an item of a {@link #page}. */
  public static ChannelBinding read(Item item) {
    return Json.read(item.body(), ChannelBinding.class);
  }
}
