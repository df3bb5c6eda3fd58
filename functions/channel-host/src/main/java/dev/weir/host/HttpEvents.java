package dev.weir.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between API Gateway's events (payload format 2.0) and raw requests. The body's bytes are exactly
 * those that were sent: where the gateway made base 64 of them it is undone, else they were UTF-8.
 *
 * <p>The gateway joins the values of a repeated header with a comma, so that a repeated signature
 * never looks like one.
 */
final class HttpEvents {

  private HttpEvents() {}

  /**
   * The request as the plugin sees it, its path below {@code /channels/<id>}.
   *
   * @throws ProblemException 404 for a path of another channel, 413 for a body that is too large,
   *     400 for one that is not the base 64 that the event says it is
   */
  static RawRequest request(APIGatewayV2HTTPEvent event, String channelId) {
    String root = "/channels/" + channelId;
    String path = event.getRawPath() == null ? "/" : event.getRawPath();
    if (!path.startsWith(root + "/")) {
      throw new ProblemException(Problem.notFound("path " + path));
    }
    byte[] body = body(event);
    if (body.length > RawRequest.BODY_MAX_BYTES) {
      throw new ProblemException(
          Problem.tooLarge("body " + body.length + " B > " + RawRequest.BODY_MAX_BYTES + " B"));
    }
    Map<String, List<String>> headers = new HashMap<>();
    Optional.ofNullable(event.getHeaders())
        .ifPresent(given -> given.forEach((name, value) -> headers.put(name, List.of(value))));
    return new RawRequest(
        event.getRequestContext().getHttp().getMethod().toUpperCase(Locale.ROOT),
        path.substring(root.length()),
        event.getRawQueryString() == null ? "" : event.getRawQueryString(),
        headers,
        body);
  }

  private static byte[] body(APIGatewayV2HTTPEvent event) {
    @Nullable String body = event.getBody();
    if (body == null) {
      return new byte[0];
    }
    if (!event.getIsBase64Encoded()) {
      return body.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.badRequest("the body is not base 64"), e);
    }
  }

  /** The value of a cookie; empty where there is none or several. */
  static Optional<String> cookie(APIGatewayV2HTTPEvent event, String name) {
    if (event.getCookies() == null) {
      return Optional.empty();
    }
    List<String> values =
        event.getCookies().stream()
            .map(String::strip)
            .filter(cookie -> cookie.startsWith(name + "="))
            .map(cookie -> cookie.substring(name.length() + 1))
            .toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** Where this deployment is reached, as the event says it: scheme and host. */
  static String origin(APIGatewayV2HTTPEvent event) {
    String host = event.getRequestContext().getDomainName();
    boolean local = host.startsWith("127.0.0.1") || host.startsWith("localhost");
    return (local ? "http://" : "https://") + host;
  }

  static APIGatewayV2HTTPResponse response(RawResponse response) {
    return response(response, List.of());
  }

  static APIGatewayV2HTTPResponse response(RawResponse response, List<String> cookies) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(response.headers())
        .withCookies(cookies)
        .withBody(Base64.getEncoder().encodeToString(response.body()))
        .withIsBase64Encoded(true)
        .build();
  }

  /** An RFC 9457 answer. */
  static RawResponse problem(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", problem.detail());
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/problem+json");
    problem.retryAfterSeconds().ifPresent(s -> headers.put("retry-after", Long.toString(s)));
    return new RawResponse(
        problem.status(), headers, Json.write(members).getBytes(StandardCharsets.UTF_8));
  }
}
