package dev.weir.social.slack;

import dev.weir.kit.Form;
import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Retry;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Http;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Calls of the Web API. A failure is a {@link ChannelException}: USER and LIMIT mean that nothing
 * was done, PARTNER that the outcome is unknown.
 */
final class SlackApi {

  private final ChannelContext context;

  SlackApi(ChannelContext context) {
    this.context = context;
  }

  String baseUrl() {
    String url = context.settings().get("base_url");
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  JsonObject json(String method, String token, Map<String, Object> body) {
    return call(
        method,
        Optional.of(token),
        Http.Request.post(url(method), "application/json; charset=utf-8", Json.write(body)));
  }

  JsonObject form(String method, Optional<String> token, Map<String, String> fields) {
    return call(
        method,
        token,
        Http.Request.post(url(method), "application/x-www-form-urlencoded", Form.encode(fields)));
  }

  private String url(String method) {
    return baseUrl() + "/api/" + method;
  }

  private JsonObject call(String method, Optional<String> token, Http.Request request) {
    Http.Request authorized =
        token.map(t -> request.with("authorization", "Bearer " + t)).orElse(request);
    Http.Response response = context.http().send(authorized);
    Retry.failure(response, method, context.clock().instant())
        .ifPresent(failure -> {
          throw failure;
        });
    JsonObject answer = read(method, response);
    if (answer.flag("ok").orElse(false)) {
      return answer;
    }
    String error = answer.text("error").orElse("unknown");
    long waitMs =
        Retry.after(response, context.clock().instant()).map(Duration::toMillis).orElse(-1L);
    throw new ChannelException(
        SlackErrors.code(error), method + " answered " + error, waitMs, null);
  }

  private static JsonObject read(String method, Http.Response response) {
    try {
      return Json.object(response.body());
    } catch (ChannelException e) {
      throw new ChannelException(ErrorCode.MALFORMED, method + " did not answer JSON", -1, e);
    }
  }
}
