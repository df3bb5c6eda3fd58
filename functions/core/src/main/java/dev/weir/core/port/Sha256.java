package dev.weir.core.port;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256: names of content, and keys of what has no short name of its own. */
public final class Sha256 {

  private Sha256() {}

  /** A new one, for what comes in pieces. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** In hex, of the bytes. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** In hex, of the text in UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Of fields, each with its length before it, so that {@code ("a-b", "c")} and {@code ("a",
   * "b-c")} never meet.
   */
  public static byte[] ofFields(String... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String field : fields) {
      byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }
    return digest().digest(bytes.toByteArray());
  }

  /** As {@link #ofFields}, in hex. */
  public static String hexOfFields(String... fields) {
    return HexFormat.of().formatHex(ofFields(fields));
  }
}
