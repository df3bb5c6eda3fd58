package dev.weir.local.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP request as it came.
 *
 * @param path raw, not decoded
 * @param query raw, without {@code ?}; empty where there is none
 * @param headers names in lower case
 * @param body to be read once
 */
public record Request(
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    String remoteAddress,
    InputStream body) {

  static Request of(HttpExchange exchange) {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    String query = exchange.getRequestURI().getRawQuery();
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        query == null ? "" : query,
        headers,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        exchange.getRequestBody());
  }

  /** The header's values joined by commas, as API Gateway does. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)))
        .map(values -> String.join(",", values));
  }

  Request withBody(InputStream content) {
    return new Request(method, path, query, headers, remoteAddress, content);
  }
}
