package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a plugin keeps between calls: entries, each with an end. Thread-safe.
 *
 * <p>Entries are counted by a counter that expiry does not lower; where it has reached the limit
 * the living entries are counted in truth, so that one which has expired makes room at once.
 */
public final class PluginState {

  /**
   * The most entries that live at one time. At five minutes for each, as an answer's key is kept
   * while its outcome may still be asked for, this is 66 answers a second.
   */
  public static final int ENTRIES_MAX = 20_000;

  /** There are {@link #ENTRIES_MAX} living entries: it works again when some have expired. */
  public static final class Full extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Full(String message) {
      super(message);
    }
  }

  /** The largest value, in bytes of UTF-8. */
  public static final int VALUE_MAX_BYTES = 16 << 10;

  /** The longest key, in characters. */
  public static final int KEY_MAX_CHARS = 256;

  private static final int PUT_ATTEMPTS = 8;
  private static final String COUNT = "entries";

  private final Table table;
  private final String channelId;

  public PluginState(Ports ports, String channelId) {
    this.table = ports.table();
    this.channelId = channelId;
  }

  public Optional<String> get(String key) {
    return table
        .get(Keys.stateEntry(channelId, key))
        .map(item -> Json.parseTree(item.body()).path("value").asText());
  }

  /**
   * Puts, replacing what is there.
   *
   * @throws IllegalArgumentException where key or value exceeds its limit
   * @throws Full where there are {@link #ENTRIES_MAX} others
   */
  public void put(String key, String value, Instant expires) {
    Key row = Keys.stateEntry(channelId, key);
    String body = body(key, value);
    Write replace = new Write.Put(row, body, Map.of(), Optional.of(expires), Condition.PRESENT);
    for (int i = 0; i < PUT_ATTEMPTS; i++) {
      if (applied(List.of(replace), key) || putIfAbsent(key, value, expires)) {
        return;
      }
      // It was there, then not, then there again: another caller is at it too.
    }
    throw uncertain(key);
  }

  /**
   * Puts where nothing is; whether it did.
   *
   * @throws Full where there are {@link #ENTRIES_MAX} others
   */
  public boolean putIfAbsent(String key, String value, Instant expires) {
    Write put =
        Write.put(Keys.stateEntry(channelId, key), body(key, value), expires, Condition.ABSENT);
    Key count = Keys.stateCount(channelId);
    Write add = Write.add(count, Map.of(COUNT, 1L), Condition.atMost(COUNT, ENTRIES_MAX - 1L));
    Outcome outcome = Tables.commit(table, List.of(put, add));
    if (outcome instanceof Outcome.Refused(int index) && index == 1) {
      recount();
      outcome = Tables.commit(table, List.of(put, add));
    }
    return switch (outcome) {
      case Outcome.Applied() -> true;
      case Outcome.Refused(int index) when index == 0 -> false;
      case Outcome.Refused(int index) ->
          throw new Full("state entries > " + ENTRIES_MAX + " (channel " + channelId + ")");
      case Outcome.Conflict(), Outcome.Unknown() -> throw uncertain(key);
    };
  }

  public void remove(String key) {
    applied(
        List.of(
            new Write.Delete(Keys.stateEntry(channelId, key), Condition.PRESENT),
            Write.add(Keys.stateCount(channelId), Map.of(COUNT, -1L))),
        key);
  }

  private boolean applied(List<Write> writes, String key) {
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied() -> true;
      case Outcome.Refused(int index) -> false;
      case Outcome.Conflict(), Outcome.Unknown() -> throw uncertain(key);
    };
  }

  private void recount() {
    Key key = Keys.stateCount(channelId);
    Optional<Item> before = table.get(key);
    Table.Query query = Table.Query.prefix(Keys.state(channelId), "entry/");
    LongAdder entries = new LongAdder();
    Tables.forEach(table, query, entry -> entries.increment());
    Condition unchanged =
        before.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    table.commit(
        List.of(
            new Write.Put(key, "{}", Map.of(COUNT, entries.sum()), Optional.empty(), unchanged)));
  }

  private String body(String key, String value) {
    if (key.isEmpty() || key.length() > KEY_MAX_CHARS) {
      throw new IllegalArgumentException(
          "state key length " + key.length() + " not in 1.." + KEY_MAX_CHARS);
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > VALUE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "state value " + bytes + " B > " + VALUE_MAX_BYTES + " B (key " + key + ")");
    }
    return Json.write(Map.of("value", value));
  }

  private PortException uncertain(String key) {
    return new PortException("state " + key + " may not be stored (channel " + channelId + ")");
  }
}
