package dev.weir.social.feishu;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelFactory;
import org.pf4j.Extension;

/** Opens Feishu and Lark channels. */
@Extension
public final class FeishuFactory implements ChannelFactory {

  @Override
  public Channel open(ChannelContext context) {
    return new FeishuChannel(context);
  }
}
