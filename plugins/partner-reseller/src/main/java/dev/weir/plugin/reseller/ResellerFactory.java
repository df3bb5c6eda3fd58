package dev.weir.plugin.reseller;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.ErrorCode;
import org.pf4j.Extension;

/** Opens one reseller as a channel. */
@Extension
public final class ResellerFactory implements ChannelFactory {

  static final int TIMEOUT_MIN_MS = 1000;
  static final int TIMEOUT_MAX_MS = 60_000;

  @Override
  public Channel open(ChannelContext context) {
    long timeoutMs = Long.parseLong(context.settings().get("timeout_ms"));
    if (timeoutMs < TIMEOUT_MIN_MS || timeoutMs > TIMEOUT_MAX_MS) {
      throw new ChannelException(
          ErrorCode.UNSUPPORTED,
          "timeout_ms " + timeoutMs + " not in " + TIMEOUT_MIN_MS + ".." + TIMEOUT_MAX_MS);
    }
    return new ResellerChannel(context, (int) timeoutMs);
  }
}
