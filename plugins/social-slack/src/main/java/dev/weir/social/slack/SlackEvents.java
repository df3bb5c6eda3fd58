package dev.weir.social.slack;

import dev.weir.kit.JsonObject;
import dev.weir.kit.RecentAnswers;
import dev.weir.spi.InboundEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an event envelope. {@code event_id} is the dedupe key: Slack sends an event again with the
 * same one.
 */
final class SlackEvents {

  private final RecentAnswers answers;

  SlackEvents(RecentAnswers answers) {
    this.answers = answers;
  }

  Optional<InboundEvent> read(JsonObject envelope) {
    if (!envelope.text("type").orElse("").equals("event_callback")) {
      return Optional.empty();
    }
    String key = envelope.requireText("event_id");
    Instant at = Instant.ofEpochSecond(envelope.requireNumber("event_time"));
    JsonObject event = envelope.requireObject("event");
    // In a shared channel the envelope's team may be the writer's; the authorization is ours.
    Optional<JsonObject> ours = envelope.objects("authorizations").stream().findFirst();
    String team =
        ours.flatMap(a -> a.text("team_id")).orElseGet(() -> envelope.requireText("team_id"));
    String bot = ours.flatMap(a -> a.text("user_id")).orElse("");
    return switch (event.requireText("type")) {
      // A mention arrives by itself; messages of channels would come a second time.
      case "message" ->
          event.text("channel_type").filter("im"::equals).isPresent()
              ? message(key, at, team, bot, event)
              : Optional.empty();
      case "app_mention" -> message(key, at, team, bot, event);
      case "reaction_added" -> feedback(key, at, team, event, true);
      case "reaction_removed" -> feedback(key, at, team, event, false);
      case "app_uninstalled" -> Optional.of(new InboundEvent.Cancelled(key, at, team, Instant.MIN));
      case "tokens_revoked" ->
          event.texts("tokens", "bot").isEmpty()
              ? Optional.empty()
              : Optional.of(new InboundEvent.Cancelled(key, at, team, Instant.MIN));
      default -> Optional.empty();
    };
  }

  private static Optional<InboundEvent> message(
      String key, Instant at, String team, String bot, JsonObject event) {
    String user = event.text("user").orElse("");
    boolean byBot = event.text("bot_id").isPresent() || user.equals(bot);
    String subtype = event.text("subtype").orElse("");
    boolean spoken = subtype.isEmpty() || subtype.equals("thread_broadcast");
    String text = SlackText.read(event.text("text").orElse(""));
    if (user.isEmpty() || byBot || !spoken || text.isEmpty()) {
      return Optional.empty();
    }
    String channel = event.requireText("channel");
    String ts = event.requireText("ts");
    boolean direct = channel.startsWith("D");
    // In a direct chat people do not open threads: a day is a conversation.
    String thread = event.text("thread_ts").orElse(direct ? "" : ts);
    String conversation =
        channel + "/" + (thread.isEmpty() ? at.atOffset(ZoneOffset.UTC).toLocalDate() : thread);
    return Optional.of(
        new InboundEvent.Message(
            key,
            at,
            team,
            conversation,
            user,
            text,
            Map.of("channel", channel, "thread", thread, "ts", ts)));
  }

  private Optional<InboundEvent> feedback(
      String key, Instant at, String team, JsonObject event, boolean added) {
    String reaction = event.text("reaction").orElse("");
    int skinTone = reaction.indexOf("::");
    int rating =
        switch (skinTone < 0 ? reaction : reaction.substring(0, skinTone)) {
          case "+1", "thumbsup" -> 1;
          case "-1", "thumbsdown" -> -1;
          default -> 0;
        };
    if (rating == 0) {
      return Optional.empty();
    }
    String message =
        answerId(
            team, event.text("item", "channel").orElse(""), event.text("item", "ts").orElse(""));
    return answers
        .callOf(message)
        .map(call -> new InboundEvent.Feedback(key, at, team, call, added ? rating : 0, ""));
  }

  /** How an answer is remembered. */
  static String answerId(String team, String channel, String ts) {
    return team + "/" + channel + "/" + ts;
  }
}
