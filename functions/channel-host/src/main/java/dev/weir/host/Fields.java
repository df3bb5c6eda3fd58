package dev.weir.host;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.spi.RawRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The fields that an applicant sends: of the query and, for a form's POST, of the body. */
final class Fields {

  /** The most fields of one request. */
  static final int FIELDS_MAX = 200;

  private Fields() {}

  /** By name; one that stands twice, in whichever place, counts as absent. */
  static Map<String, String> of(RawRequest request) {
    String form =
        request
                .header("content-type")
                .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
                .isPresent()
            ? new String(request.body(), StandardCharsets.UTF_8)
            : "";
    Map<String, String> fields = new HashMap<>();
    Set<String> repeated = new HashSet<>();
    int count = 0;
    for (String pair : (request.query() + "&" + form).split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > FIELDS_MAX) {
        throw new ProblemException(Problem.badRequest("fields > " + FIELDS_MAX));
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (fields.putIfAbsent(name, value) != null) {
        repeated.add(name);
      }
    }
    fields.keySet().removeAll(repeated);
    return fields;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.badRequest("a field is not percent-encoded"), e);
    }
  }
}
