package dev.weir.host;

import dev.weir.core.channel.PluginState;
import dev.weir.core.port.Ports;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A channel's private memory, in rows of its own. */
final class HostState implements State {

  /** How long until somebody asks again; entries expire all the time. */
  static final Duration FULL_WAIT = Duration.ofSeconds(30);

  private final PluginState state;

  HostState(Ports ports, String channelId) {
    this.state = new PluginState(ports, channelId);
  }

  @Override
  public Optional<String> get(String key) {
    return state.get(key);
  }

  @Override
  public void put(String key, String value, Instant expires) {
    try {
      state.put(key, value, expires);
    } catch (PluginState.Full e) {
      throw full(e);
    }
  }

  @Override
  public boolean putIfAbsent(String key, String value, Instant expires) {
    try {
      return state.putIfAbsent(key, value, expires);
    } catch (PluginState.Full e) {
      throw full(e);
    }
  }

  /** A limit, so whatever needed the entry is tried again. */
  private static ChannelException full(PluginState.Full e) {
    return new ChannelException(
        ErrorCode.STATE_FULL, String.valueOf(e.getMessage()), FULL_WAIT.toMillis(), e);
  }

  @Override
  public void remove(String key) {
    state.remove(key);
  }
}
