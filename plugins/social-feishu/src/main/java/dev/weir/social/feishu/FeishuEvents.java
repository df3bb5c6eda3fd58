package dev.weir.social.feishu;

import dev.weir.kit.Json;
import dev.weir.kit.JsonObject;
import dev.weir.kit.RecentAnswers;
import dev.weir.kit.TimeWindow;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.InboundEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * Reads decrypted events of both schemas. A message's dedupe key is its {@code message_id}, because
 * the platform says that {@code event_id} is not enough there; an event's is its id.
 */
final class FeishuEvents {

  private final FeishuTokens tokens;
  private final RecentAnswers answers;

  FeishuEvents(FeishuTokens tokens, RecentAnswers answers) {
    this.tokens = tokens;
    this.answers = answers;
  }

  Optional<InboundEvent> read(JsonObject body) {
    return body.text("schema").isPresent() ? readNew(body) : readOld(body);
  }

  private Optional<InboundEvent> readNew(JsonObject body) {
    JsonObject header = body.requireObject("header");
    JsonObject event = body.requireObject("event");
    String key = header.requireText("event_id");
    String tenant = header.requireText("tenant_key");
    Instant at =
        TimeWindow.epochMillis(header.requireText("create_time"))
            .orElseThrow(
                () -> new ChannelException(ErrorCode.MALFORMED, "create_time is not milliseconds"));
    return switch (header.requireText("event_type")) {
      case "im.message.receive_v1" -> message(tenant, at, event);
      case "im.message.reaction.created_v1" -> feedback(key, at, tenant, event, true);
      case "im.message.reaction.deleted_v1" -> feedback(key, at, tenant, event, false);
      default -> Optional.empty();
    };
  }

  private Optional<InboundEvent> readOld(JsonObject body) {
    if (!body.text("type").orElse("").equals("event_callback")) {
      return Optional.empty();
    }
    String key = body.requireText("uuid");
    Instant at = seconds(body.requireText("ts"));
    JsonObject event = body.requireObject("event");
    return switch (event.requireText("type")) {
      case "app_ticket" -> {
        tokens.keepTicket(at, event.requireText("app_ticket"));
        yield Optional.empty();
      }
      case "app_open" -> Optional.of(installed(key, at, event));
      case "app_status_change" -> status(key, at, event);
      case "app_uninstalled" -> Optional.of(ended(key, at, event));
      default -> Optional.empty();
    };
  }

  private static Optional<InboundEvent> status(String key, Instant at, JsonObject event) {
    return switch (event.requireText("status")) {
      case "start_by_tenant" -> Optional.of(installed(key, at, event));
      case "stop_by_tenant", "stop_by_platform" -> Optional.of(ended(key, at, event));
      default -> Optional.empty();
    };
  }

  private static InboundEvent installed(String key, Instant at, JsonObject event) {
    String tenant = event.requireText("tenant_key");
    return new InboundEvent.Onboard(key, at, Binding.of(tenant, tenant), Map.of());
  }

  private static InboundEvent ended(String key, Instant at, JsonObject event) {
    return new InboundEvent.Cancelled(key, at, event.requireText("tenant_key"), Instant.MIN);
  }

  private static Optional<InboundEvent> message(String tenant, Instant at, JsonObject event) {
    JsonObject message = event.requireObject("message");
    boolean person = event.text("sender", "sender_type").filter("user"::equals).isPresent();
    boolean text = message.requireText("message_type").equals("text");
    boolean direct = message.requireText("chat_type").equals("p2p");
    // In a group the bot is only addressed where somebody is mentioned.
    boolean addressed = direct || !message.objects("mentions").isEmpty();
    if (!person || !text || !addressed) {
      return Optional.empty();
    }
    String said = said(message);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    String id = message.requireText("message_id");
    String chat = message.requireText("chat_id");
    // In a direct chat people do not open threads: a day is a conversation.
    String root =
        message
            .text("root_id")
            .orElse(direct ? at.atOffset(ZoneOffset.UTC).toLocalDate().toString() : id);
    return Optional.of(
        new InboundEvent.Message(
            id,
            at,
            tenant,
            chat + "/" + root,
            event.requireText("sender", "sender_id", "open_id"),
            said,
            Map.of("message_id", id, "chat_id", chat)));
  }

  /** The text, without the mention that it begins with and with names for the others. */
  private static String said(JsonObject message) {
    String text = Json.object(message.requireText("content")).text("text").orElse("").strip();
    for (JsonObject mention : message.objects("mentions")) {
      String placeholder = mention.text("key").orElse("");
      if (placeholder.isEmpty()) {
        continue;
      }
      text =
          text.startsWith(placeholder)
              ? text.substring(placeholder.length()).strip()
              : text.replace(placeholder, "@" + mention.text("name").orElse(""));
    }
    return text;
  }

  private Optional<InboundEvent> feedback(
      String key, Instant at, String tenant, JsonObject event, boolean added) {
    int rating =
        switch (event.text("reaction_type", "emoji_type").orElse("")) {
          case "THUMBSUP" -> 1;
          case "ThumbsDown" -> -1;
          default -> 0;
        };
    boolean person = event.text("operator_type").filter("user"::equals).isPresent();
    if (rating == 0 || !person) {
      return Optional.empty();
    }
    return answers
        .callOf(answerId(tenant, event.requireText("message_id")))
        .map(call -> new InboundEvent.Feedback(key, at, tenant, call, added ? rating : 0, ""));
  }

  /** How an answer is remembered. */
  static String answerId(String tenant, String message) {
    return tenant + "/" + message;
  }

  /** A time such as {@code 1502199207.7171419}. */
  private static Instant seconds(String text) {
    if (!text.matches("\\d{1,11}(\\.\\d{1,9})?")) {
      throw new ChannelException(ErrorCode.MALFORMED, "ts is not seconds");
    }
    return Instant.ofEpochMilli(new BigDecimal(text).movePointRight(3).longValue());
  }
}
