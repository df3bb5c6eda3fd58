package dev.weir.host;

import dev.weir.aws.AwsPorts;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.PluginFile;
import dev.weir.loader.PluginLoader;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The only class here that knows AWS: puts a channel together from what infra/channel.yaml sets.
 * {@code WEIR_CHANNEL} is the channel's id, {@code WEIR_PLUGIN_SHA512} the jar's hash, {@code
 * WEIR_PLUGIN_KEY} the publisher's key. The plugin lies in its layer at {@link #PLUGINS}; never in
 * {@code /opt/java/lib}, which the runtime puts on everybody's class path.
 */
final class Wiring {

  static final Path PLUGINS = Path.of("/opt/weir/plugins");

  private Wiring() {}

  static Ports ports() {
    return AwsPorts.fromEnvironment();
  }

  /** The channel that the environment names; a refusal fails the function's start, visibly. */
  static LoadedChannel channel(Ports ports, Map<String, String> environment, Path plugins) {
    String channelId = require(environment, "WEIR_CHANNEL");
    var config =
        new Channels(ports)
            .get(channelId)
            .orElseThrow(
                () -> new IllegalStateException("channel " + channelId + " is not configured"));
    PluginFile file =
        new PluginFile(
            onlyJar(plugins),
            Optional.of(require(environment, "WEIR_PLUGIN_SHA512")),
            Optional.of(config.plugin()));
    LoadedPlugin plugin =
        new PluginLoader(List.of(require(environment, "WEIR_PLUGIN_KEY"))).load(file);
    return OpenChannel.of(ports, plugin, config, new Credentials(environment, ports.clock()));
  }

  private static Path onlyJar(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
      if (jars.size() != 1) {
        throw new PluginRefused(
            Refusal.UNREADABLE, folder + " holds " + jars.size() + " jars, not one");
      }
      return jars.getFirst();
    } catch (IOException e) {
      throw new PluginRefused(Refusal.UNREADABLE, folder + " cannot be read", e);
    }
  }

  private static String require(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("environment variable " + name + " is not set");
    }
    return value;
  }
}
