package dev.weir.spi;

/** Identifiers and randomness made by the host after any snapshot was restored. */
public interface Ids {

  /** A new id: time-ordered, 26 characters of Crockford's base 32. */
  String next();

  /** Fresh random bytes from a secure source. */
  byte[] random(int bytes);
}
