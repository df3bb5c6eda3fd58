package dev.weir.gateway.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between API Gateway's events and {@link Request} and {@link Response}. */
final class Events {

  /** API Gateway ends at 10 MB; larger content goes to presigned URLs. */
  static final int BODY_MAX_BYTES = 10 << 20;

  private Events() {}

  static Request decode(APIGatewayV2HTTPEvent event) {
    Map<String, String> headers = new HashMap<>();
    if (event.getHeaders() != null) {
      event.getHeaders().forEach((k, v) -> headers.put(k.toLowerCase(Locale.ROOT), v));
    }
    String path = event.getRawPath() == null ? "/" : event.getRawPath();
    return new Request(
        "",
        event.getRequestContext().getHttp().getMethod().toUpperCase(Locale.ROOT),
        URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8),
        Map.of(),
        query(event.getRawQueryString()),
        headers,
        body(event));
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int at = pair.indexOf('=');
      String name = at < 0 ? pair : pair.substring(0, at);
      String value = at < 0 ? "" : pair.substring(at + 1);
      query.putIfAbsent(decode(name), decode(value));
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.badRequest("the query is not percent-encoded: " + text), e);
    }
  }

  private static byte[] body(APIGatewayV2HTTPEvent event) {
    String body = event.getBody();
    if (body == null) {
      return new byte[0];
    }
    byte[] bytes =
        event.getIsBase64Encoded()
            ? Base64.getDecoder().decode(body)
            : body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > BODY_MAX_BYTES) {
      throw new ProblemException(
          Problem.tooLarge("body " + bytes.length + " B > " + BODY_MAX_BYTES + " B"));
    }
    return bytes;
  }

  static APIGatewayV2HTTPResponse encode(Response response) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(response.headers())
        .withBody(response.body())
        .withIsBase64Encoded(response.base64())
        .build();
  }
}
