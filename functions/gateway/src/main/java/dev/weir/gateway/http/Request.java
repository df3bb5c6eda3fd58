package dev.weir.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A decoded request.
 *
 * @param principal who calls, as the API's authentication found it; empty until then
 * @param path the decoded path
 * @param pathParameters the route's {@code {name}} segments
 * @param query decoded query parameters; the first value of a repeated one
 * @param headers by lower-case name
 */
public record Request(
    String principal,
    String method,
    String path,
    Map<String, String> pathParameters,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  /** The value of a path segment that the route names. */
  public String path(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalStateException("route has no segment {" + name + "}");
    }
    return value;
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /** The query parameter as a whole number within bounds. */
  public int query(String name, int otherwise, int min, int max) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new ProblemException(
        Problem.badRequest("query " + name + "=" + text + " is not in " + min + ".." + max));
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body as text; a 400 problem where it is not UTF-8. */
  public String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(Problem.badRequest("the body is not UTF-8"), e);
    }
  }

  /** The body as a type of core; a 400 problem naming path, line and column where it is not. */
  public <T> T json(Class<T> type) {
    if (body.length == 0) {
      throw new ProblemException(Problem.badRequest("the body is empty; JSON is expected"));
    }
    return Json.parse(text(), type);
  }

  public JsonNode tree() {
    return json(JsonNode.class);
  }

  Request matched(Map<String, String> parameters) {
    return new Request(principal, method, path, parameters, query, headers, body);
  }

  /** The same request, with its caller known. */
  public Request by(String caller) {
    return new Request(caller, method, path, pathParameters, query, headers, body);
  }
}
