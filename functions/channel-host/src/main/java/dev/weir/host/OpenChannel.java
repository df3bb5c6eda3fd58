package dev.weir.host;

import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.port.Ports;
import dev.weir.loader.CheckedSettings;
import dev.weir.loader.CloudCredentials;
import dev.weir.loader.Egress;
import dev.weir.loader.GuardedHttp;
import dev.weir.loader.HostedContext;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.Manifest;
import dev.weir.loader.MaskedLog;
import dev.weir.loader.MaskedSecrets;
import dev.weir.loader.Masks;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.Refusal;
import dev.weir.spi.ChannelContext;
import java.util.Locale;
import java.util.function.Supplier;

/** Gives a plugin its world, on Weir's ports, and opens the channel in it. */
public final class OpenChannel {

  private OpenChannel() {}

  /**
   * Opens a configured channel. The caller closes it, and the plugin after it.
   *
   * @param credentials what requests to the cloud are signed with
   * @throws PluginRefused where the plugin is another than the configuration's, a setting does not
   *     fit, or the channel does not open
   */
  public static LoadedChannel of(
      Ports ports,
      LoadedPlugin plugin,
      ChannelConfig config,
      Supplier<CloudCredentials> credentials) {
    check(plugin.manifest(), config);
    return plugin.open(context(ports, plugin.manifest(), config, credentials));
  }

  private static void check(Manifest manifest, ChannelConfig config) {
    String kind = manifest.kind().name().toLowerCase(Locale.ROOT);
    if (!manifest.id().equals(config.plugin())
        || !kind.equals(config.kind().name().toLowerCase(Locale.ROOT))) {
      throw new PluginRefused(
          Refusal.WRONG_ID,
          "channel "
              + config.id()
              + " wants plugin "
              + config.plugin()
              + " of kind "
              + config.kind()
              + ", not "
              + manifest.id()
              + " of kind "
              + manifest.kind());
    }
  }

  static ChannelContext context(
      Ports ports,
      Manifest manifest,
      ChannelConfig config,
      Supplier<CloudCredentials> credentials) {
    CheckedSettings settings = CheckedSettings.of(manifest, config.settings());
    Masks masks = new Masks();
    return new HostedContext(
        config.id(),
        new GuardedHttp(Egress.of(manifest, settings), credentials, ports.clock()),
        new MaskedSecrets(manifest, new HostSecrets(ports, config.id()), masks),
        settings,
        new HostState(ports, config.id()),
        ports.clock(),
        new HostIds(ports.clock()),
        new MaskedLog(System.getLogger("weir.channel." + config.id()), masks));
  }
}
