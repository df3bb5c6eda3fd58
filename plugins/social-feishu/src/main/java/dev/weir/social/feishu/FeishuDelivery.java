package dev.weir.social.feishu;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.RecentAnswers;
import dev.weir.kit.Signatures;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Receipt;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Replies to the message that asked. The key's hash is the {@code uuid}, with which Feishu sends at
 * most one message within an hour.
 */
final class FeishuDelivery implements Delivery {

  /** Characters of one answer: however they are escaped, they fit Feishu's 150 KB. */
  static final int TEXT_MAX_CHARS = 20_000;

  private static final int UUID_CHARS = 32;
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final ChannelContext context;
  private final FeishuApi api;
  private final FeishuTokens tokens;
  private final RecentAnswers answers;

  FeishuDelivery(
      ChannelContext context, FeishuApi api, FeishuTokens tokens, RecentAnswers answers) {
    this.context = context;
    this.api = api;
    this.tokens = tokens;
    this.answers = answers;
  }

  @Override
  public Receipt deliver(Binding binding, Reply reply, String key) {
    String asked = Optional.ofNullable(reply.attributes().get("message_id")).orElse("");
    if (!asked.matches("[A-Za-z0-9_-]{1,128}")) {
      return new Receipt.Rejected(ErrorCode.NOT_FOUND, "no message to reply to");
    }
    try {
      JsonObject answer = send(binding, reply, asked, uuid(key));
      String message = answer.requireText("data", "message_id");
      remember(binding, message, reply.callId());
      return new Receipt.Sent(message);
    } catch (ChannelException e) {
      return switch (e.code().type()) {
        case LIMIT, PARTNER ->
            new Receipt.Deferred(
                context
                    .clock()
                    .instant()
                    .plus(e.retryAfterMs().map(Duration::ofMillis).orElse(WAIT)),
                String.valueOf(e.getMessage()));
        case USER -> new Receipt.Rejected(e.code(), String.valueOf(e.getMessage()));
        case BUG -> throw e;
      };
    }
  }

  private JsonObject send(Binding binding, Reply reply, String asked, String uuid) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("msg_type", "text");
    body.put("content", Json.write(Map.of("text", text(reply.text()))));
    body.put("uuid", uuid);
    String path = "/open-apis/im/v1/messages/" + asked + "/reply";
    try {
      return api.post(path, Optional.of(tokens.ofTenant(binding)), body);
    } catch (ChannelException e) {
      if (!FeishuApi.TOKEN_INVALID.contains(e.code().name())) {
        throw e;
      }
      // Revoked before its end: once with a fresh one, and no more.
      tokens.forget(binding);
      return api.post(path, Optional.of(tokens.ofTenant(binding)), body);
    }
  }

  private void remember(Binding binding, String message, String callId) {
    try {
      answers.put(FeishuEvents.answerId(binding.id(), message), callId);
    } catch (RuntimeException e) {
      // The message stands: failing now would only send it again.
      context.log().log(System.Logger.Level.WARNING, "sent, but not remembered", e);
    }
  }

  /** Cut where it is too long; a tag that would mention people is shown, not obeyed. */
  static String text(String text) {
    String shown = text.replace("<at", "＜at");
    if (shown.length() <= TEXT_MAX_CHARS) {
      return shown;
    }
    int end = TEXT_MAX_CHARS - 1;
    return shown.substring(0, Character.isHighSurrogate(shown.charAt(end - 1)) ? end - 1 : end)
        + "…";
  }

  private static String uuid(String key) {
    return Signatures.sha256Hex(Signatures.utf8(key)).substring(0, UUID_CHARS);
  }
}
