package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Until when the usage of bindings that have ended may still be reported. Thread-safe. A row per
 * ended binding of a channel that limits it.
 */
public final class FinalWindows {

  /** How long after its end a window is known. */
  static final Duration KEPT = Duration.ofDays(30);

  private final Table table;

  public FinalWindows(Ports ports) {
    this.table = ports.table();
  }

  /** The relation ended; nothing of it is taken at or after {@code until}. */
  public void close(String channelId, String bindingId, Instant until) {
    Key key = Keys.finalWindow(channelId, bindingId);
    String body = Json.write(Map.of("until", until.toString()));
    commit(Write.put(key, body, until.plus(KEPT), Condition.ALWAYS), bindingId);
  }

  /** The relation is there again. */
  public void reopen(String channelId, String bindingId) {
    Key key = Keys.finalWindow(channelId, bindingId);
    if (table.get(key).isPresent()) {
      commit(Write.delete(key), bindingId);
    }
  }

  private void commit(Write write, String bindingId) {
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("the final window of " + bindingId + " may not be stored");
    }
  }

  /** Until when, where the relation has ended and the channel limits it. */
  public Optional<Instant> of(String channelId, String bindingId) {
    return table.get(Keys.finalWindow(channelId, bindingId)).map(FinalWindows::until);
  }

  private static Instant until(Item item) {
    return Instant.parse(Json.parseTree(item.body()).path("until").asText());
  }
}
