package dev.weir.tck;

import dev.weir.spi.Channel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every suite does: it opens the channel in a world of its own for each test. */
public abstract class ChannelContract implements ChannelUnderTest {

  private @Nullable TestContext context;
  private @Nullable Channel channel;

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
