package dev.weir.plugin.aws;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelFactory;
import org.pf4j.Extension;

/** Opens a listing of AWS Marketplace as a channel. */
@Extension
public final class AwsMarketplaceFactory implements ChannelFactory {

  @Override
  public Channel open(ChannelContext context) {
    return new AwsMarketplaceChannel(context);
  }
}
