package dev.weir.core.port;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.regex.Pattern;

/** Names that people choose, and that become parts of keys, blob names and URLs. */
public final class Names {

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

  private Names() {}

  /** The name itself; a 422 problem unless it is {@code [a-z0-9-]{1,64}}. */
  public static String check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new ProblemException(
          Problem.invalid(what + " name '" + name + "' is not [a-z0-9-]{1,64}"));
    }
    return name;
  }
}
