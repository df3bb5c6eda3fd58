package dev.weir.host;

import dev.weir.core.channel.PluginState;
import dev.weir.core.port.Ports;
import dev.weir.spi.State;
import java.time.Instant;
import java.util.Optional;

/** A channel's private memory, in rows of its own. */
final class HostState implements State {

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
    state.put(key, value, expires);
  }

  @Override
  public boolean putIfAbsent(String key, String value, Instant expires) {
    return state.putIfAbsent(key, value, expires);
  }

  @Override
  public void remove(String key) {
    state.remove(key);
  }
}
