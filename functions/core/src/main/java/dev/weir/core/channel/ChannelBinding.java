package dev.weir.core.channel;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A channel's own name for one customer relation, and plain facts that later calls need. */
public record ChannelBinding(
    String channelId,
    String id,
    String displayName,
    List<String> aliases,
    Map<String, String> attributes,
    Instant boundAt) {

  public ChannelBinding {
    aliases = List.copyOf(aliases);
    attributes = Map.copyOf(attributes);
  }
}
