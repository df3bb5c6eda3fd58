package dev.weir.core.meter;

import dev.weir.core.port.Sha256;

/**
 * Ids that follow from what they name: 26 lower-case characters of Crockford's base 32, from the
 * first 130 bits of SHA-256 over length-prefixed fields, so that {@code ("a-b", "c")} and {@code
 * ("a", "b-c")} never meet.
 */
public final class StableId {

  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int LENGTH = 26;

  private StableId() {}

  public static String of(String... fields) {
    byte[] hash = Sha256.ofFields(fields);
    char[] id = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      id[i] = ALPHABET[fiveBits(hash, i * 5)];
    }
    return new String(id);
  }

  private static int fiveBits(byte[] hash, int at) {
    int pair = ((hash[at / 8] & 0xff) << 8) | (hash[at / 8 + 1] & 0xff);
    return (pair >>> (11 - at % 8)) & 31;
  }
}
