package dev.weir.spi;

import java.time.Instant;
import java.util.Optional;

/** The channel's private memory: at most 1000 entries of 16 KB, each with an end. */
public interface State {

  Optional<String> get(String key);

  void put(String key, String value, Instant expires);

  /** Puts where nothing is; whether it did. */
  boolean putIfAbsent(String key, String value, Instant expires);

  void remove(String key);
}
