package dev.weir.plugin.reseller;

import dev.weir.kit.StandardWebhooks;
import dev.weir.kit.TimeWindow;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** The secrets of both directions, each with the one before it while that is still set. */
final class Keys {

  private Keys() {}

  static StandardWebhooks outgoing(ChannelContext context) {
    return of(context, "webhook_secret");
  }

  static StandardWebhooks incoming(ChannelContext context) {
    return of(context, "inbound_secret");
  }

  private static StandardWebhooks of(ChannelContext context, String name) {
    List<String> secrets = new ArrayList<>();
    secrets.add(context.secrets().get(name));
    context.secrets().find(name + "_previous").ifPresent(secrets::add);
    try {
      return StandardWebhooks.of(secrets, TimeWindow.FIVE_MINUTES);
    } catch (IllegalArgumentException e) {
      throw new ChannelException(
          ErrorCode.UNAUTHORIZED, "secret " + name + ": " + e.getMessage(), -1, e);
    }
  }
}
