package dev.weir.loader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SPI's own version, which is not Weir's. A plugin written for 1.2 runs on 1.2 and any later
 * 1.x; another major is refused.
 */
public record ApiVersion(int major, int minor) {

  /** What this host offers. */
  public static final ApiVersion CURRENT = new ApiVersion(1, 0);

  private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d{0,3})\\.(0|[1-9]\\d{0,3})");

  /** Reads {@code major.minor}. */
  public static ApiVersion parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("api \"" + text + "\" is not major.minor");
    }
    return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether a host of this version can run a plugin written for {@code wanted}. */
  public boolean satisfies(ApiVersion wanted) {
    return major == wanted.major && minor >= wanted.minor;
  }

  /** As three numbers, which PF4J's ranges compare with. */
  String semantic() {
    return major + "." + minor + ".0";
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
