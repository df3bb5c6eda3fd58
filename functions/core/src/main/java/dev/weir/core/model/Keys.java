package dev.weir.core.model;

import dev.weir.core.port.Key;

/**
 * Where models lie in the table. {@code models}: one row per name, written at each completed job.
 * {@code model/<name>}: {@code head} (the counter of version numbers), {@code version/<n>}, {@code
 * alias/<alias>}; some writes an hour.
 */
final class Keys {

  static final String NAMES = "models";
  static final String VERSION = "version/";
  static final String ALIAS = "alias/";

  private Keys() {}

  static Key name(String name) {
    return new Key(NAMES, name);
  }

  static String model(String name) {
    return "model/" + name;
  }

  static Key head(String name) {
    return new Key(model(name), "head");
  }

  static Key version(String name, int version) {
    return new Key(model(name), VERSION + "%08d".formatted(version));
  }

  static Key alias(String name, String alias) {
    return new Key(model(name), ALIAS + alias);
  }
}
