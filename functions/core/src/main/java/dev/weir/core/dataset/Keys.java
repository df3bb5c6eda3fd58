package dev.weir.core.dataset;

import dev.weir.core.port.Key;

/**
 * Where datasets lie in the table. {@code datasets}: one row per name, written at each upload, some
 * a day. {@code dataset/<name>}: one row per version.
 */
final class Keys {

  static final String NAMES = "datasets";

  private Keys() {}

  static Key name(String name) {
    return new Key(NAMES, name);
  }

  static String versions(String name) {
    return "dataset/" + name;
  }

  static Key version(String name, int version) {
    return new Key(versions(name), "version/%08d".formatted(version));
  }
}
