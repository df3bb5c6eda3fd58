package dev.weir.spi;

import org.pf4j.ExtensionPoint;

/**
 * The one extension of a plugin. It must be cheap and pure: no I/O, no threads, no clock, because
 * the host opens it before a snapshot of the process may be taken.
 */
public interface ChannelFactory extends ExtensionPoint {

  /**
   * Opens a channel.
   *
   * @param context the plugin's whole world; valid until {@link Channel#close()}
   * @throws ChannelException with {@link ErrorType#USER} where a setting is unusable
   */
  Channel open(ChannelContext context);
}
