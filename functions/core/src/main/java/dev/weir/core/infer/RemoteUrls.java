package dev.weir.core.infer;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;

/** Base URLs of remote endpoints. */
final class RemoteUrls {

  private static final int URL_MAX_CHARS = 1000;

  private RemoteUrls() {}

  static void check(String baseUrl) {
    URI uri = parse(baseUrl);
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null || baseUrl.length() > URL_MAX_CHARS) {
      throw invalid("base URL \"" + baseUrl + "\" is not http(s)://host[:port]/path");
    }
    if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
      throw invalid("base URL has credentials, a query or a fragment; put keys into a secret");
    }
  }

  static URI resolve(String baseUrl, String path) {
    return parse(baseUrl.replaceAll("/+$", "") + path);
  }

  private static URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("base URL is malformed: " + e.getMessage());
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.invalid(detail));
  }
}
