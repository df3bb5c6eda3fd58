package dev.weir.spi;

import java.util.Optional;

/** Settings, checked against the manifest before the channel is opened. */
public interface Settings {

  /** The setting's value, or the manifest's default. */
  Optional<String> find(String name);

  /**
   * The setting's value, or the manifest's default.
   *
   * @throws ChannelException {@code NOT_FOUND} (USER) where there is neither
   */
  default String get(String name) {
    return find(name)
        .orElseThrow(
            () -> new ChannelException(ErrorCode.NOT_FOUND, "setting " + name + " is not set"));
  }
}
