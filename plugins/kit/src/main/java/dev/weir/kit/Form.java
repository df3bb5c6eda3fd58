package dev.weir.kit;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The fields of an {@code application/x-www-form-urlencoded} body or of a URL's query, in UTF-8.
 * Immutable.
 */
public final class Form {

  /** The most fields that are read. */
  public static final int FIELDS_MAX = 1000;

  private final Map<String, List<String>> fields;

  private Form(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  /**
   * Reads a body or query.
   *
   * @throws dev.weir.spi.ChannelException {@code MALFORMED} (PARTNER) for a bad escape or more than
   *     {@link #FIELDS_MAX} fields
   */
  public static Form parse(String encoded) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int count = 0;
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > FIELDS_MAX) {
        throw Json.malformed("more than " + FIELDS_MAX + " form fields", null);
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return new Form(fields);
  }

  public static Form parse(byte[] utf8) {
    return parse(new String(utf8, StandardCharsets.UTF_8));
  }

  /** The value of a field that stands exactly once; a repeated one counts as absent. */
  public Optional<String> one(String name) {
    List<String> values = fields.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  public List<String> all(String name) {
    return List.copyOf(fields.getOrDefault(name, List.of()));
  }

  /** Writes fields in the order of the map. */
  public static String encode(Map<String, String> fields) {
    StringJoiner pairs = new StringJoiner("&");
    fields.forEach((name, value) -> pairs.add(escape(name) + "=" + escape(value)));
    return pairs.toString();
  }

  /** A URL with the fields as its query, after any that it has. */
  public static String url(String base, Map<String, String> fields) {
    return base + (base.indexOf('?') < 0 ? "?" : "&") + encode(fields);
  }

  private static String escape(String text) {
    // %20 is understood in a query and in a body; + only in a body.
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Json.malformed("bad escape in a form", e);
    }
  }
}
