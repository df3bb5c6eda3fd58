package dev.weir.host;

import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.Events;
import dev.weir.core.port.Ports;
import dev.weir.spi.Binding;
import dev.weir.spi.InboundEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Makes durable what came in: secrets sealed first, then the binding, then the event. */
final class Arrivals {

  private final Ports ports;
  private final Events events;
  private final Bindings bindings;
  private final BindingSecrets secrets;
  private final String channelId;

  Arrivals(Ports ports, String channelId) {
    this.ports = ports;
    this.events = new Events(ports);
    this.bindings = new Bindings(ports);
    this.secrets = new BindingSecrets(ports);
    this.channelId = channelId;
  }

  Events.Stored store(InboundEvent event) {
    ChannelEvent translated = Translate.event(channelId, event);
    if (event instanceof InboundEvent.Onboard onboard
        && !events.known(channelId, translated.dedupeKey())) {
      bind(onboard.binding(), onboard.secrets(), onboard.at());
    }
    Events.Stored stored = events.store(translated);
    if (event instanceof InboundEvent.Erasure erasure && erasure.user().isEmpty()) {
      secrets.erase(channelId, erasure.bindingId());
    }
    return stored;
  }

  /** A customer who came in through a browser and may exchange a code for a key. */
  void onboarded(String state, Binding binding, Map<String, String> sealed, String claimSha256) {
    Instant now = ports.clock().instant();
    bind(binding, sealed, now);
    events.store(
        Translate.onboard(channelId, "onboard:" + state, now, binding, Optional.of(claimSha256)));
  }

  private void bind(Binding binding, Map<String, String> values, Instant at) {
    values.forEach((name, value) -> secrets.seal(channelId, binding.id(), name, value));
    bindings.put(Translate.binding(channelId, binding, at));
  }
}
