package dev.weir.social.feishu;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.Retry;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Http;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Calls of the open platform. A failure is a {@link ChannelException} whose code's name is {@code
 * CODE_} and Feishu's own number.
 */
final class FeishuApi {

  static final String TICKET_INVALID = "CODE_10012";
  static final Set<String> TOKEN_INVALID =
      Set.of("CODE_99991663", "CODE_99991664", "CODE_99991671");

  private static final String RESET = "x-ogw-ratelimit-reset";

  /** Request, user and group limits, and "is being sent": the same call will do later. */
  private static final Set<Long> LIMIT = Set.of(99991400L, 230020L, 230049L, 11232L);

  private static final Duration LIMIT_WAIT = Duration.ofSeconds(1);

  private final ChannelContext context;

  FeishuApi(ChannelContext context) {
    this.context = context;
  }

  JsonObject post(String path, Optional<String> token, Map<String, Object> body) {
    String base = context.settings().get("base_url");
    String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    Http.Request request =
        Http.Request.post(root + path, "application/json; charset=utf-8", Json.write(body));
    Http.Response response =
        context
            .http()
            .send(token.map(t -> request.with("authorization", "Bearer " + t)).orElse(request));
    String what = path.replaceAll("/om_[^/]+/", "/:message_id/");
    JsonObject answer = read(what, response);
    // Refusals come with 400 and a code; the code says more than the status.
    long code = answer.number("code").orElse(-1L);
    if (code == 0 && response.status() / 100 == 2) {
      return answer;
    }
    throw failure(what, response, code, answer.text("msg").orElse(""));
  }

  private JsonObject read(String what, Http.Response response) {
    try {
      return Json.object(response.body());
    } catch (ChannelException e) {
      throw Retry.failure(response, what, context.clock().instant())
          .orElse(new ChannelException(ErrorCode.MALFORMED, what + " did not answer JSON", -1, e));
    }
  }

  private ChannelException failure(String what, Http.Response response, long code, String msg) {
    String message = what + " answered " + response.status() + " code " + code + " " + msg;
    if (response.status() == 429 || LIMIT.contains(code)) {
      return new ChannelException(ErrorCode.THROTTLED, message, waitOf(response).toMillis(), null);
    }
    boolean theirs = response.status() >= 500 || code < 0;
    return new ChannelException(
        new ErrorCode("CODE_" + Math.abs(code), theirs ? ErrorType.PARTNER : ErrorType.USER),
        message);
  }

  private Duration waitOf(Http.Response response) {
    return response
        .header(RESET)
        .filter(v -> v.matches("\\d{1,5}"))
        .map(v -> Duration.ofSeconds(Long.parseLong(v)))
        .or(() -> Retry.after(response, context.clock().instant()))
        .orElse(LIMIT_WAIT);
  }
}
