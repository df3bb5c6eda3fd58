package dev.weir.local.simulate;

import java.util.Locale;

/** Kinds of trouble; a seed brings some of them. */
public enum Trouble {
  /** Commits conflict, and answers of the table are lost, before or after the work. */
  TABLE,
  /** Messages come late, twice, or in another order. */
  QUEUE,
  /** Processes die at any call of a port and start again. */
  CRASH,
  /** Hosts lose power: what was not forced to disk may be gone or torn. */
  POWER,
  /** A host's disk fails to force. */
  DISK,
  /** Batches of usage are lost, repeated and late, and so are the answers to them. */
  NETWORK,
  /** Clocks of hosts and gateways differ. */
  SKEW,
  /** A host's clock is so far ahead that its facts are refused. */
  WRONG_CLOCK,
  /** Markets throttle, leave records unprocessed, and time out before or after they accepted. */
  MARKET,
  /** A market answers nothing for longer than its window. */
  OUTAGE,
  /** Customers that a market no longer knows. */
  UNSUBSCRIBED,
  /** Somebody else reported an hour first. */
  FOREIGN,
  /** A running host's disk is copied and started elsewhere. */
  CLONE,
  /** A host is gone for ever, with its disk. */
  DESTROYED,
  /** A plan's prices come after its usage. */
  UNPRICED,
  /** Usage that is larger than a market's number. */
  WHALE;

  /** As it is written on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
