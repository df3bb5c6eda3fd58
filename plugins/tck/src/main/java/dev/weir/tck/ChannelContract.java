package dev.weir.tck;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every suite needs: the plugin's factory and a world for it. A channel is opened per test.
 */
public abstract class ChannelContract {

  private @Nullable TestContext context;
  private @Nullable Channel channel;

  /** The plugin's factory, new. */
  protected abstract ChannelFactory factory();

  /** Settings and secrets with which the channel works against its simulator or samples. */
  protected abstract TestContext.Builder world();

  @BeforeEach
  final void openChannel() {
    TestContext made = world().build();
    context = made;
    channel = factory().open(made);
  }

  @AfterEach
  final void closeChannel() {
    if (channel != null) {
      channel.close();
    }
    if (context != null) {
      context.close();
    }
  }

  /** The world of this test. */
  protected final TestContext context() {
    if (context == null) {
      throw new IllegalStateException("no test is running");
    }
    return context;
  }

  /** The channel of this test. */
  protected final Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("no test is running");
    }
    return channel;
  }
}
