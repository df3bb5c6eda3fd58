package dev.weir.aws;

import dev.weir.core.port.Sha256;
import java.util.regex.Pattern;

/** Groups as SQS takes them: 128 characters of ASCII; anything else by its hash. */
final class GroupIds {

  private static final Pattern FITS = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private GroupIds() {}

  static String of(String group) {
    if (FITS.matcher(group).matches()) {
      return group;
    }
    return Sha256.hex(group);
  }
}
