package dev.weir.tck.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as a simulator sees it.
 *
 * @param rawQuery the query as it came, or empty
 * @param headers names in lower case
 * @param variables the values of {@code {name}} segments of the route
 */
public record SimRequest(
    String method,
    String path,
    String rawQuery,
    Map<String, List<String>> headers,
    Map<String, String> variables,
    byte[] body) {

  /** The decoded query parameters, the first of each name. */
  public Map<String, String> query() {
    return pairs(rawQuery);
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** The token of {@code Authorization: Bearer …}. */
  public Optional<String> bearer() {
    return header("authorization").filter(v -> v.startsWith("Bearer ")).map(v -> v.substring(7));
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as a JSON object; an empty body is an empty object. 400 where it is neither. */
  public ObjectNode json() {
    if (body.length == 0) {
      return Simulator.JSON.createObjectNode();
    }
    try {
      if (Simulator.JSON.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new SimRefusal(400, "malformed JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new SimRefusal(400, "malformed JSON");
    }
    throw new SimRefusal(400, "the body is not a JSON object");
  }

  /** A text field of the JSON body. 400 where it is absent. */
  public String field(String name) {
    return Optional.ofNullable(json().get(name))
        .filter(n -> n.isValueNode() && !n.isNull())
        .map(n -> n.asText())
        .orElseThrow(() -> new SimRefusal(400, "field \"" + name + "\" is missing"));
  }

  /** A text field of the JSON body, or a default. */
  public String field(String name, String otherwise) {
    return json().path(name).asText(otherwise);
  }

  /** The body as a submitted form, the first value of each name. */
  public Map<String, String> form() {
    return pairs(text());
  }

  /** The decoded pairs of a query or form, the first of each name. */
  public static Map<String, String> pairs(String encoded) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isEmpty()) {
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        pairs.putIfAbsent(decode(name), decode(value));
      }
    }
    return pairs;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SimRefusal(400, "malformed percent-encoding");
    }
  }
}
