package dev.weir.social.slack;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelFactory;
import org.pf4j.Extension;

/** Opens Slack channels. */
@Extension
public final class SlackFactory implements ChannelFactory {

  @Override
  public Channel open(ChannelContext context) {
    return new SlackChannel(context);
  }
}
