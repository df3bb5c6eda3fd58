package dev.weir.core.port;

import java.util.Optional;

/**
 * The deployment's own secrets, by path-like names of {@code [a-z0-9/_-]}, at most 200 characters.
 */
public interface Secrets {

  /** The largest secret, in characters. */
  int VALUE_MAX_CHARS = 4096;

  Optional<String> get(String name);

  void put(String name, String value);

  void delete(String name);
}
