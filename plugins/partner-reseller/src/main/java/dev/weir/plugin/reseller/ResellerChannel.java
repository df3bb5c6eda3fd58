package dev.weir.plugin.reseller;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.Reporting;
import dev.weir.spi.Settlement;
import java.util.Optional;

/** One reseller. */
final class ResellerChannel implements Channel {

  private final ChannelContext context;
  private final Sender sender;

  ResellerChannel(ChannelContext context, int timeoutMs) {
    this.context = context;
    this.sender = new Sender(context, timeoutMs);
  }

  /** Checks the secrets only: the protocol has no call without an effect. */
  @Override
  public Health check() {
    try {
      Keys.outgoing(context);
      Keys.incoming(context);
      return Health.up();
    } catch (ChannelException e) {
      return Health.down(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<Inbound> inbound() {
    return Optional.of(new CustomerEvents(context));
  }

  @Override
  public Optional<Reporting> reporting() {
    return Optional.of(new UsageWebhooks(context.channelId(), sender));
  }

  @Override
  public Optional<Settlement> settlement() {
    return Optional.of(new SettlementWebhooks(context, sender));
  }
}
