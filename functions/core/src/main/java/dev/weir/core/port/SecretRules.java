package dev.weir.core.port;

import java.util.regex.Pattern;

/** The limits that all {@link Secrets} enforce. */
public final class SecretRules {

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-][a-z0-9/_-]{0,199}");

  private SecretRules() {}

  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("secret name \"" + name + "\" does not match " + NAME);
    }
  }

  /** The value itself is never part of a message. */
  public static void checkValue(String name, String value) {
    if (value.isEmpty() || value.length() > Secrets.VALUE_MAX_CHARS) {
      throw new IllegalArgumentException(
          "secret length "
              + value.length()
              + " not in 1.."
              + Secrets.VALUE_MAX_CHARS
              + " ("
              + name
              + ")");
    }
  }
}
