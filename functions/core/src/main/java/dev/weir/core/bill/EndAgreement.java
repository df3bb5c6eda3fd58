package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.FinalWindows;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.port.Ports;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Ends the agreement of a customer who left a channel. What was used until then is reported as the
 * last of it, while the other side takes it. May run again with the same end, wherever it broke
 * off. Stateless and thread-safe.
 */
public final class EndAgreement {

  private final Accounts accounts;
  private final Channels channels;
  private final Plugins plugins;
  private final FinalWindows windows;
  private final LastHours lastHours;

  public EndAgreement(Ports ports, Terms terms) {
    this.accounts = new Accounts(ports);
    this.channels = new Channels(ports);
    this.plugins = new Plugins(ports);
    this.windows = new FinalWindows(ports);
    this.lastHours = new LastHours(ports, terms);
  }

  /**
   * Ends the agreement that a channel names.
   *
   * @param flushBy until when the other side takes its usage, where it said so; otherwise what the
   *     channel's plugin declares
   * @return false where the name means no running agreement
   */
  public boolean end(String channelId, String name, Instant at, Optional<Instant> flushBy) {
    Optional<Agreement> running = accounts.byIdentity(channelId, name).filter(a -> !a.ended());
    running.ifPresent(agreement -> {
      String bindingId = agreement.identities().getOrDefault(channelId, name);
      flushBy
          .or(() -> declared(channelId).map(at::plus))
          .ifPresent(until -> {
            windows.close(channelId, bindingId, until);
            if (agreement.billedThrough().equals(channelId)) {
              lastHours.due(agreement.id(), at, until);
            }
          });
      // Last: an agreement that has ended is not looked at again.
      accounts.end(agreement.id(), at);
    });
    return running.isPresent();
  }

  /** The shortest final window that the plugin's manifest declares. */
  private Optional<Duration> declared(String channelId) {
    return channels.get(channelId).flatMap(config -> plugins.get(config.plugin())).stream()
        .flatMap(plugin -> plugin.meters().stream())
        .map(Plugin.Meter::finalWindowHours)
        .filter(hours -> hours > 0)
        .min(Comparator.naturalOrder())
        .map(Duration::ofHours);
  }
}
