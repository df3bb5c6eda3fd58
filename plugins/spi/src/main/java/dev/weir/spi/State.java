package dev.weir.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * The channel's private memory: at most 20,000 living entries of 16 KB, each with an end. What has
 * expired is absent and takes no room.
 */
public interface State {

  Optional<String> get(String key);

  /**
   * Puts, replacing what is there.
   *
   * @throws ChannelException {@code STATE_FULL} (LIMIT) where there are 20,000 others. Let it
   *     through and the host tries the event or the delivery again later; catch it where the entry
   *     only helps
   */
  void put(String key, String value, Instant expires);

  /**
   * Puts where nothing is; whether it did.
   *
   * @throws ChannelException {@code STATE_FULL} (LIMIT), as {@link #put}
   */
  boolean putIfAbsent(String key, String value, Instant expires);

  void remove(String key);
}
