package dev.weir.spi;

/** Whose fault it is. The host decides on a retry by this, never by text. */
public enum ErrorType {
  /** The vendor's or the customer's configuration or input: not retried. */
  USER,
  /** The other side failed or is unreachable: retried with backoff. */
  PARTNER,
  /** A limit was reached: retried after the time that the other side names. */
  LIMIT,
  /** The plugin is wrong: not retried, reported to the plugin's author. */
  BUG
}
