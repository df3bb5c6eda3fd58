package dev.weir.core.meter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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
    byte[] hash = hash(fields);
    char[] id = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      id[i] = ALPHABET[fiveBits(hash, i * 5)];
    }
    return new String(id);
  }

  /** SHA-256 of the fields, each with its length. */
  static byte[] hash(String... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String field : fields) {
      byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }
    return sha256().digest(bytes.toByteArray());
  }

  private static int fiveBits(byte[] hash, int at) {
    int pair = ((hash[at / 8] & 0xff) << 8) | (hash[at / 8 + 1] & 0xff);
    return (pair >>> (11 - at % 8)) & 31;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
