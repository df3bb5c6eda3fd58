package dev.weir.loader;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A plugin to be loaded.
 *
 * @param sha512 what the file's SHA-512 must be, in hex, where it is pinned
 * @param id what the plugin's id must be, where it is known
 */
public record PluginFile(Path jar, Optional<String> sha512, Optional<String> id) {

  public static PluginFile of(Path jar) {
    return new PluginFile(jar, Optional.empty(), Optional.empty());
  }
}
