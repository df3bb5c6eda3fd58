package dev.weir.gateway.http;

import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param body text; where {@code base64}, bytes in base 64
 */
public record Response(int status, Map<String, String> headers, String body, boolean base64) {

  private static final String JSON = "application/json; charset=utf-8";

  public Response {
    headers = Map.copyOf(headers);
  }

  public Response(int status, Map<String, String> headers, String body) {
    this(status, headers, body, false);
  }

  public static Response bytes(String contentType, byte[] body) {
    return new Response(
        200, Map.of("content-type", contentType), Base64.getEncoder().encodeToString(body), true);
  }

  public static Response json(int status, Object value) {
    return new Response(status, Map.of("content-type", JSON), Json.write(value));
  }

  public static Response ok(Object value) {
    return json(200, value);
  }

  public static Response text(String contentType, String body) {
    return new Response(200, Map.of("content-type", contentType), body);
  }

  /** An RFC 9457 answer. */
  public static Response problem(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", problem.detail());
    if (!problem.errors().isEmpty()) {
      members.put("errors", problem.errors());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/problem+json");
    problem.retryAfterSeconds().ifPresent(s -> headers.put("retry-after", Long.toString(s)));
    if (problem.status() == 401) {
      headers.put("www-authenticate", "Bearer");
    }
    return new Response(problem.status(), headers, Json.write(members));
  }

  public Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body, base64);
  }
}
