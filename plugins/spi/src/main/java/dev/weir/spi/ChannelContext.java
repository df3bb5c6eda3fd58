package dev.weir.spi;

import java.time.InstantSource;

/**
 * The plugin's intended world. Thread-safe. Nothing taken from it may be kept across calls: a
 * snapshot of the process may be restored later, elsewhere, twice.
 */
public interface ChannelContext {

  /** The configured channel's id, such as {@code slack-emea}. */
  String channelId();

  Http http();

  Secrets secrets();

  Settings settings();

  State state();

  InstantSource clock();

  Ids ids();

  /** A logger that masks declared secrets. */
  System.Logger log();
}
