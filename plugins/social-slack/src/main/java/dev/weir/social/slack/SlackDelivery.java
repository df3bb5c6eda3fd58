package dev.weir.social.slack;

import dev.weir.kit.JsonObject;
import dev.weir.kit.RecentAnswers;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers by {@code chat.postMessage}. A key that was sent is not sent again; where an attempt's
 * outcome is unknown, the conversation is read first and the message looked for by its metadata.
 */
final class SlackDelivery implements Delivery {

  static final String METADATA = "weir_answer";

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final String HISTORY_LIMIT = "15";

  private final ChannelContext context;
  private final SlackApi api;
  private final RecentAnswers answers;
  private final Sends sends;

  SlackDelivery(ChannelContext context, SlackApi api, RecentAnswers answers) {
    this.context = context;
    this.api = api;
    this.answers = answers;
    this.sends = new Sends(context);
  }

  @Override
  public Receipt deliver(Binding binding, Reply reply, String key) {
    Optional<String> token = context.secrets().of(binding, SlackOnboarding.BOT_TOKEN);
    if (token.isEmpty()) {
      return new Receipt.Rejected(ErrorCode.NOT_SUBSCRIBED, "no bot token for " + binding.id());
    }
    Target target = new Target(binding, reply, key, token.get());
    Instant now = context.clock().instant();
    return switch (sends.find(key).orElse(null)) {
      case null -> first(target, now);
      case Sends.Done done -> new Receipt.Sent(done.remoteId());
      case Sends.UnderWay under when now.isBefore(under.since().plus(Sends.ATTEMPT_MAX)) ->
          new Receipt.Deferred(
              under.since().plus(Sends.ATTEMPT_MAX), "another attempt is under way");
      case Sends.UnderWay under -> afterUnknown(target, under.since());
      case Sends.Unsure unsure -> afterUnknown(target, unsure.since());
    };
  }

  private record Target(Binding binding, Reply reply, String key, String token) {
    String channel() {
      return Optional.ofNullable(reply.attributes().get("channel")).orElse("");
    }

    String thread() {
      return Optional.ofNullable(reply.attributes().get("thread")).orElse("");
    }
  }

  private Receipt first(Target target, Instant now) {
    return sends.begin(target.key())
        ? post(target, now)
        : new Receipt.Deferred(now.plus(Sends.ATTEMPT_MAX), "another attempt is under way");
  }

  private Receipt afterUnknown(Target target, Instant since) {
    try {
      Optional<String> stands = find(target, since);
      if (stands.isPresent()) {
        return sent(target, stands.get());
      }
    } catch (ChannelException e) {
      switch (e.code().type()) {
        case LIMIT, PARTNER -> {
          return deferred(e);
        }
        // Without the scope to read, an answer twice is better than none.
        case USER ->
            context.log().log(System.Logger.Level.WARNING, "cannot look: {0}", e.getMessage());
        case BUG -> throw e;
      }
    }
    sends.again(target.key(), context.clock().instant());
    return post(target, since);
  }

  /** Looks for our message among those since the attempt began. */
  private Optional<String> find(Target target, Instant since) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("channel", target.channel());
    form.put("oldest", Long.toString(since.getEpochSecond() - 1));
    form.put("limit", HISTORY_LIMIT);
    form.put("include_all_metadata", "true");
    boolean threaded = !target.thread().isEmpty();
    if (threaded) {
      form.put("ts", target.thread());
    }
    String method = threaded ? "conversations.replies" : "conversations.history";
    String wanted = Sends.hash(target.key());
    return api.form(method, Optional.of(target.token()), form).objects("messages").stream()
        .filter(m -> m.text("metadata", "event_payload", "key").filter(wanted::equals).isPresent())
        .flatMap(m -> m.text("ts").stream())
        .findFirst();
  }

  private Receipt post(Target target, Instant since) {
    try {
      JsonObject answer = api.json("chat.postMessage", target.token(), body(target));
      return sent(target, answer.requireText("ts"));
    } catch (ChannelException e) {
      return switch (e.code().type()) {
        case LIMIT -> {
          sends.forget(target.key());
          yield deferred(e);
        }
        case USER -> {
          sends.forget(target.key());
          yield new Receipt.Rejected(e.code(), String.valueOf(e.getMessage()));
        }
        case PARTNER -> {
          sends.unsure(target.key(), since);
          yield deferred(e);
        }
        case BUG -> throw e;
      };
    }
  }

  private static Map<String, Object> body(Target target) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("channel", target.channel());
    body.put("text", SlackText.write(target.reply().text()));
    if (!target.thread().isEmpty()) {
      body.put("thread_ts", target.thread());
    }
    body.put("unfurl_links", false);
    body.put("unfurl_media", false);
    body.put(
        "metadata",
        Map.of(
            "event_type",
            METADATA,
            "event_payload",
            Map.of("key", Sends.hash(target.key()), "call_id", target.reply().callId())));
    return body;
  }

  private Receipt sent(Target target, String ts) {
    String remoteId = target.channel() + "/" + ts;
    try {
      sends.done(target.key(), remoteId);
      answers.put(
          SlackEvents.answerId(target.binding().id(), target.channel(), ts),
          target.reply().callId());
    } catch (RuntimeException e) {
      // The message stands: failing now would only send it again.
      context.log().log(System.Logger.Level.WARNING, "sent, but not remembered", e);
    }
    return new Receipt.Sent(remoteId);
  }

  private Receipt deferred(ChannelException e) {
    Duration wait = e.retryAfterMs().map(Duration::ofMillis).orElse(WAIT);
    return new Receipt.Deferred(
        context.clock().instant().plus(wait), String.valueOf(e.getMessage()));
  }
}
