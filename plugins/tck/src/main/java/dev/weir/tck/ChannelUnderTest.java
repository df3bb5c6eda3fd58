package dev.weir.tck;

import dev.weir.spi.ChannelFactory;

/**
 * The channel that suites are about. A plugin's tests say it once, in an interface of their own
 * that each of their suites implements.
 */
public interface ChannelUnderTest {

  /** The plugin's factory, new. */
  ChannelFactory factory();

  /** Settings and secrets with which the channel works against its simulator or samples. */
  TestContext.Builder world();
}
