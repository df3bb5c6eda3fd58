package dev.weir.aws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Groups as SQS takes them: 128 characters of ASCII; anything else by its hash. */
final class GroupIds {

  private static final Pattern FITS = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private GroupIds() {}

  static String of(String group) {
    if (FITS.matcher(group).matches()) {
      return group;
    }
    try {
      byte[] bytes = group.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
