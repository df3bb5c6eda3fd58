package dev.weir.loader;

import dev.weir.spi.Channel;
import dev.weir.spi.Delivery;
import dev.weir.spi.Edge;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.Measuring;
import dev.weir.spi.Onboarding;
import dev.weir.spi.Publishing;
import dev.weir.spi.Reporting;
import dev.weir.spi.Settlement;
import java.util.Optional;

/**
 * An open channel whose facets are those that its manifest declares; every call goes through a
 * guard. Thread-safe as far as the plugin is.
 */
public final class LoadedChannel implements Channel {

  private final Manifest manifest;
  private final String channelId;
  private final Channel channel;
  private final Guard guard;
  private final Optional<Onboarding> onboarding;
  private final Optional<Inbound> inbound;
  private final Optional<Delivery> delivery;
  private final Optional<Measuring> measuring;
  private final Optional<Reporting> reporting;
  private final Optional<Edge> edge;
  private final Optional<Settlement> settlement;
  private final Optional<Publishing> publishing;

  LoadedChannel(Manifest manifest, String channelId, Channel channel, Guard guard) {
    this.manifest = manifest;
    this.channelId = channelId;
    this.channel = channel;
    this.guard = guard;
    onboarding = channel.onboarding().map(f -> guard.around(Onboarding.class, f));
    inbound = channel.inbound().map(f -> guard.around(Inbound.class, f));
    delivery = channel.delivery().map(f -> guard.around(Delivery.class, f));
    measuring = channel.measuring().map(f -> guard.around(Measuring.class, f));
    Pace pace = new Pace(manifest.calls());
    reporting =
        channel
            .reporting()
            .map(f -> guard.around(Reporting.class, f))
            .map(f -> new PacedReporting(f, pace));
    edge = channel.edge().map(f -> guard.around(Edge.class, f));
    settlement = channel.settlement().map(f -> guard.around(Settlement.class, f));
    publishing = channel.publishing().map(f -> guard.around(Publishing.class, f));
  }

  /**
   * A channel that is on the host's own class path, with the same checks and guards: for tests.
   *
   * @throws PluginRefused with {@link Refusal#FACETS_DIFFER}
   */
  public static LoadedChannel ofClassPath(
      Manifest manifest, dev.weir.spi.ChannelFactory factory, dev.weir.spi.ChannelContext context) {
    ClassLoader classes = factory.getClass().getClassLoader();
    return new LoadedPlugin(
            manifest, "", java.nio.file.Path.of("class-path"), factory, classes, () -> {})
        .open(context);
  }

  public Manifest manifest() {
    return manifest;
  }

  public String channelId() {
    return channelId;
  }

  @Override
  public Health check() {
    return guard.call(channel::check);
  }

  @Override
  public Optional<Onboarding> onboarding() {
    return onboarding;
  }

  @Override
  public Optional<Inbound> inbound() {
    return inbound;
  }

  @Override
  public Optional<Delivery> delivery() {
    return delivery;
  }

  @Override
  public Optional<Measuring> measuring() {
    return measuring;
  }

  @Override
  public Optional<Reporting> reporting() {
    return reporting;
  }

  @Override
  public Optional<Edge> edge() {
    return edge;
  }

  @Override
  public Optional<Settlement> settlement() {
    return settlement;
  }

  @Override
  public Optional<Publishing> publishing() {
    return publishing;
  }

  @Override
  public void close() {
    guard.call(() -> {
      channel.close();
      return channelId;
    });
  }
}
