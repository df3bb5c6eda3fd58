package dev.weir.core.bill;

import java.util.OptionalLong;

/** What stores outside say: each number of the proof is read from the store that owns it. */
public interface Readings {

  /**
   * The quantity of a meter that the other side of a channel has in its own store; empty for a
   * channel that reports to nobody, whose quantity is read from the invoices' bytes.
   */
  OptionalLong acknowledged(String channelId, String meter);

  /** Who says so, such as {@code market} or {@code receiver}. */
  String acknowledgedBy(String channelId);

  /** How many calls were answered through a channel, counted where they were made. */
  long calls(String channelId);
}
