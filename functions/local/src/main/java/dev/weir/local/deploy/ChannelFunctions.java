package dev.weir.local.deploy;

import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.host.Credentials;
import dev.weir.host.Deliver;
import dev.weir.host.Onboard;
import dev.weir.host.OpenChannel;
import dev.weir.host.Report;
import dev.weir.host.Webhook;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.PluginRefused;
import dev.weir.local.plugin.PluginStore;
import dev.weir.local.server.Answer;
import dev.weir.local.server.Engine;
import dev.weir.local.server.HttpFunction;
import dev.weir.local.server.LambdaInvoker;
import dev.weir.local.server.QueuePump;
import dev.weir.local.server.Request;
import dev.weir.local.server.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions of each channel, {@code /channels/{id}/…} and the channel's two queues. A channel
 * is opened when it is configured, and again when its configuration or its plugin changes; one that
 * does not open is logged by name and touches no other. Thread-safe.
 */
final class ChannelFunctions implements Route, AutoCloseable {

  private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);
  private static final System.Logger LOG = System.getLogger(ChannelFunctions.class.getName());

  private final Ports ports;
  private final PluginStore plugins;
  private final Engine engine;
  private final Channels channels;
  private final Credentials credentials;
  private final Map<String, Open> open = new HashMap<>();
  private final Map<String, String> refused = new HashMap<>();
  private final Set<String> pumped = new HashSet<>();

  /** An open channel and its functions. */
  private record Open(
      ChannelConfig config,
      LoadedPlugin plugin,
      LoadedChannel channel,
      Route webhook,
      Route onboard,
      LambdaInvoker deliver,
      LambdaInvoker report) {}

  ChannelFunctions(
      Ports ports, PluginStore plugins, Engine engine, Map<String, String> environment) {
    this.ports = ports;
    this.plugins = plugins;
    this.engine = engine;
    this.channels = new Channels(ports);
    this.credentials = new Credentials(environment, ports.clock());
  }

  /** Opens what is configured and not open yet, or was changed. */
  synchronized void refresh() {
    for (ChannelConfig config : channels.list()) {
      if (config.kind() == ChannelKind.DIRECT) {
        continue;
      }
      Optional<LoadedPlugin> plugin = plugins.find(config.plugin());
      Open now = open.get(config.id());
      boolean current =
          now != null
              && now.config().equals(config)
              && plugin.filter(p -> p == now.plugin()).isPresent();
      if (!current) {
        close(config.id());
        plugin.ifPresentOrElse(
            p -> open(config, p),
            () -> refuse(config.id(), "plugin " + config.plugin() + " is not installed"));
      }
      pump(config.id());
    }
  }

  private void open(ChannelConfig config, LoadedPlugin plugin) {
    try {
      LoadedChannel channel = OpenChannel.of(ports, plugin, config, credentials);
      open.put(
          config.id(),
          new Open(
              config,
              plugin,
              channel,
              http(LambdaInvoker.of(new Webhook(ports, channel), HttpFunction.TIMEOUT)),
              http(LambdaInvoker.of(new Onboard(ports, channel), HttpFunction.TIMEOUT)),
              LambdaInvoker.of(new Deliver(ports, channel), QUEUE_TIMEOUT),
              LambdaInvoker.of(new Report(ports, channel), QUEUE_TIMEOUT)));
      refused.remove(config.id());
    } catch (PluginRefused e) {
      refuse(config.id(), e.getMessage());
    }
  }

  private void refuse(String channelId, @Nullable String why) {
    String reason = String.valueOf(why);
    if (!reason.equals(refused.put(channelId, reason))) {
      LOG.log(System.Logger.Level.WARNING, "channel " + channelId + " is not open: " + reason);
    }
  }

  private Route http(LambdaInvoker function) {
    return new HttpFunction(function, ports.clock());
  }

  private void pump(String id) {
    if (pumped.add(id)) {
      add(Queues.deliver(id), id, Open::deliver);
      add(Queues.report(id), id, Open::report);
    }
  }

  private void add(String queue, String id, Function<Open, LambdaInvoker> function) {
    engine.add(
        new QueuePump(queue, ports.queue(queue), () -> find(id).map(function), ports.clock()));
  }

  private synchronized Optional<Open> find(String id) {
    return Optional.ofNullable(open.get(id));
  }

  @Override
  public Optional<Answer> handle(Request request) throws IOException {
    String[] segments = request.path().split("/", -1);
    if (segments.length < 4) {
      return Optional.empty();
    }
    Optional<Open> channel = find(segments[2]);
    if (channel.isEmpty()) {
      return Optional.empty();
    }
    Route route =
        switch (segments[3]) {
          case "events" -> channel.get().webhook();
          case "onboard" -> channel.get().onboard();
          default -> r -> Optional.empty();
        };
    Optional<Answer> answer = route.handle(request);
    engine.nudge();
    return answer;
  }

  private void close(String id) {
    Open before = open.remove(id);
    if (before != null) {
      before.channel().close();
    }
  }

  @Override
  public synchronized void close() {
    Set.copyOf(open.keySet()).forEach(this::close);
  }
}
