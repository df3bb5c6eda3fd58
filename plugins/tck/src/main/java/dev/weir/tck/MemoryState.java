package dev.weir.tck;

import dev.weir.loader.Limits;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A channel's private memory with the limits of the real one. Thread-safe. */
final class MemoryState implements State {

  private record Entry(String value, Instant expires) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private final InstantSource clock;

  MemoryState(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key)).filter(this::lives).map(Entry::value);
  }

  @Override
  public synchronized void put(String key, String value, Instant expires) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (key.isEmpty() || key.length() > Limits.STATE_KEY_MAX_CHARS) {
      throw new IllegalArgumentException("state key length " + key.length() + " not in 1..256");
    }
    if (bytes > Limits.STATE_VALUE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "state value " + bytes + " B > " + Limits.STATE_VALUE_MAX_BYTES + " B");
    }
    if (entries.size() >= Limits.STATE_ENTRIES_MAX) {
      entries.values().removeIf(e -> !lives(e));
    }
    if (!entries.containsKey(key) && entries.size() >= Limits.STATE_ENTRIES_MAX) {
      throw new ChannelException(
          ErrorCode.STATE_FULL, "state entries > " + Limits.STATE_ENTRIES_MAX);
    }
    entries.put(key, new Entry(value, expires));
  }

  @Override
  public synchronized boolean putIfAbsent(String key, String value, Instant expires) {
    if (get(key).isPresent()) {
      return false;
    }
    put(key, value, expires);
    return true;
  }

  @Override
  public synchronized void remove(String key) {
    entries.remove(key);
  }

  private boolean lives(Entry entry) {
    return clock.instant().isBefore(entry.expires());
  }
}
