package dev.weir.core.bill;

import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The terms of the channels in the table; limits come from whoever can read manifests. */
public final class ConfiguredTerms implements Terms {

  private final Channels channels;
  private final Function<ChannelConfig, Optional<ReportingLimits>> limits;

  public ConfiguredTerms(Ports ports, Function<ChannelConfig, Optional<ReportingLimits>> limits) {
    this.channels = new Channels(ports);
    this.limits = limits;
  }

  @Override
  public Optional<ChannelTerms> of(String channelId) {
    return channels.get(channelId).map(this::terms);
  }

  @Override
  public List<ChannelTerms> all() {
    return channels.list().stream().map(this::terms).toList();
  }

  private ChannelTerms terms(ChannelConfig config) {
    return ChannelTerms.of(config, limits.apply(config));
  }
}
