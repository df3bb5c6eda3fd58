package dev.weir.gateway.http;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/** Bearer tokens, RFC 6750. */
public final class Bearer {

  private static final String SCHEME = "bearer ";

  private Bearer() {}

  /** The token; a 401 problem where there is none. */
  public static String require(Request request) {
    return require(request.header("authorization"));
  }

  /** The token of an {@code Authorization} header; a 401 problem where there is none. */
  public static String require(Optional<String> header) {
    String value = header.orElse("");
    boolean bearer = value.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    String token = bearer ? value.substring(SCHEME.length()).trim() : "";
    if (token.isEmpty()) {
      throw new ProblemException(
          Problem.unauthorized("the header Authorization: Bearer … is missing"));
    }
    return token;
  }

  /** Whether two tokens are equal, in a time that does not tell where they differ. */
  public static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
