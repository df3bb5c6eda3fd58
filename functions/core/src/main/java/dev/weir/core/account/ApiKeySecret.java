package dev.weir.core.account;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The shape of a key's secret: {@code weir_}, 30 base62 digits (178 random bits), and the CRC-32 of
 * those 30 as 6 base62 digits. The checksum lets scanners and typing errors be told from real keys
 * without a look-up; it protects nothing. Alphabet and checksum are those of GitHub's tokens.
 */
final class ApiKeySecret {

  static final String PREFIX = "weir_";
  static final int RANDOM_DIGITS = 30;
  static final int CHECKSUM_DIGITS = 6;

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final Pattern SHAPE =
      Pattern.compile(PREFIX + "[0-9A-Za-z]{" + (RANDOM_DIGITS + CHECKSUM_DIGITS) + "}");

  private ApiKeySecret() {}

  static String generate(SecureRandom random) {
    StringBuilder digits = new StringBuilder(RANDOM_DIGITS);
    for (int i = 0; i < RANDOM_DIGITS; i++) {
      digits.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return PREFIX + digits + checksum(digits.toString());
  }

  static boolean wellFormed(String presented) {
    if (!SHAPE.matcher(presented).matches()) {
      return false;
    }
    int end = PREFIX.length() + RANDOM_DIGITS;
    return presented.substring(end).equals(checksum(presented.substring(PREFIX.length(), end)));
  }

  static String checksum(String digits) {
    CRC32 crc = new CRC32();
    crc.update(digits.getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    char[] out = new char[CHECKSUM_DIGITS];
    for (int i = CHECKSUM_DIGITS - 1; i >= 0; i--) {
      out[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
      rest /= ALPHABET.length();
    }
    return new String(out);
  }
}
