package dev.weir.host;

import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Secrets;
import java.util.Optional;

/** A channel's secrets, from the deployment's store, and those sealed under its bindings. */
final class HostSecrets implements Secrets {

  private final dev.weir.core.port.Secrets deployment;
  private final BindingSecrets bindings;
  private final String channelId;

  HostSecrets(Ports ports, String channelId) {
    this.deployment = ports.secrets();
    this.bindings = new BindingSecrets(ports);
    this.channelId = channelId;
  }

  @Override
  public String get(String name) {
    return deployment
        .get(Channels.secretName(channelId, name))
        .orElseThrow(() ->
            new ChannelException(
                ErrorCode.UNAUTHORIZED,
                "secret " + name + " is not set (channel " + channelId + ")"));
  }

  @Override
  public Optional<String> of(Binding binding, String name) {
    return bindings.open(channelId, binding.id(), name);
  }

  @Override
  public void put(Binding binding, String name, String value) {
    bindings.seal(channelId, binding.id(), name, value);
  }
}
