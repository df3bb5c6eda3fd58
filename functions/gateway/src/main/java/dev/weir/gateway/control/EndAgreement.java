package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.Plugins;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import java.time.Duration;

/**
 * Ends an agreement at the vendor's word, and has each of its channels end the relation on the
 * other side. Again with the same agreement it asks the channels again. Thread-safe.
 */
final class EndAgreement {

  private final Ports ports;
  private final Accounts accounts;
  private final Channels channels;
  private final Plugins plugins;

  EndAgreement(Ports ports) {
    this.ports = ports;
    this.accounts = new Accounts(ports);
    this.channels = new Channels(ports);
    this.plugins = new Plugins(ports);
  }

  Agreement run(String agreementId) {
    Agreement ended = accounts.end(agreementId, ports.clock().instant());
    ended
        .identities()
        .forEach((channelId, bindingId) -> {
          if (onboards(channelId)) {
            String task = Json.write(new ReportTask.Offboard(bindingId));
            ports.queue(Queues.report(channelId)).send(channelId, task, Duration.ZERO);
          }
        });
    return ended;
  }

  private boolean onboards(String channelId) {
    return channels
        .get(channelId)
        .flatMap(config -> plugins.get(config.plugin()))
        .filter(plugin -> plugin.can("onboarding"))
        .isPresent();
  }
}
