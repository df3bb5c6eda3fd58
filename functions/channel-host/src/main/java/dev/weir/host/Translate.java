package dev.weir.host;

import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.Receipt;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.InboundEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The SPI's words in core's, and back. */
final class Translate {

  /** The longest dedupe key that a plugin may give, in characters. */
  static final int DEDUPE_KEY_MAX_CHARS = 512;

  private static final String CLAIM = "claimSha256";
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int NAME_MAX_CHARS = 512;
  private static final int COMMENT_MAX_CHARS = 4000;
  private static final int ATTRIBUTES_MAX_CHARS = 4096;

  private Translate() {}

  static String dedupeKey(InboundEvent event) {
    String key = event.dedupeKey();
    if (key.isEmpty() || key.length() > DEDUPE_KEY_MAX_CHARS) {
      throw new ChannelException(
          ErrorCode.INTERNAL,
          "dedupe key length " + key.length() + " not in 1.." + DEDUPE_KEY_MAX_CHARS);
    }
    return "in:" + key;
  }

  static ChannelEvent event(String channelId, InboundEvent event) {
    String key = dedupeKey(event);
    Instant at = event.at();
    return switch (event) {
      case InboundEvent.Message m -> message(channelId, key, m);
      case InboundEvent.Onboard o -> onboard(channelId, key, at, o.binding(), claim(o.binding()));
      case InboundEvent.EntitlementChanged e ->
          new ChannelEvent.EntitlementChanged(
              channelId, key, at, e.bindingId(), limited(e.detail()));
      case InboundEvent.Cancelled c ->
          new ChannelEvent.Cancelled(
              channelId,
              key,
              at,
              c.bindingId(),
              c.flushBy().equals(Instant.MIN) ? Optional.empty() : Optional.of(c.flushBy()));
      case InboundEvent.Feedback f ->
          new ChannelEvent.Feedback(
              channelId,
              key,
              at,
              f.bindingId(),
              f.callId(),
              Math.clamp(f.rating(), -1, 1),
              cut(f.comment(), COMMENT_MAX_CHARS));
      case InboundEvent.Erasure e ->
          new ChannelEvent.Erasure(channelId, key, at, e.bindingId(), e.user());
    };
  }

  private static ChannelEvent message(String channelId, String key, InboundEvent.Message m) {
    Map<String, String> attributes = new HashMap<>(limited(m.attributes()));
    if (m.text().length() > Events.TEXT_MAX_CHARS) {
      attributes.put("cut", "true");
    }
    if (m.conversation().length() > 256) {
      throw new ChannelException(
          ErrorCode.INTERNAL, "conversation length " + m.conversation().length() + " > 256");
    }
    return new ChannelEvent.Message(
        channelId,
        key,
        m.at(),
        m.bindingId(),
        m.conversation(),
        m.user(),
        cut(m.text(), Events.TEXT_MAX_CHARS),
        attributes);
  }

  /** What a partner vouches for: the SHA-256 of a code that its customer will draw a key with. */
  private static Optional<String> claim(Binding binding) {
    return Optional.ofNullable(binding.attributes().get(CLAIM))
        .filter(sha256 -> SHA256.matcher(sha256).matches());
  }

  static ChannelEvent.Onboard onboard(
      String channelId, String key, Instant at, Binding binding, Optional<String> claimSha256) {
    return new ChannelEvent.Onboard(
        channelId,
        key,
        at,
        binding.id(),
        cut(binding.displayName(), NAME_MAX_CHARS),
        binding.aliases(),
        limited(binding.attributes()),
        claimSha256);
  }

  static ChannelBinding binding(String channelId, Binding binding, Instant at) {
    return new ChannelBinding(
        channelId,
        binding.id(),
        cut(binding.displayName(), NAME_MAX_CHARS),
        binding.aliases(),
        limited(binding.attributes()),
        at);
  }

  static Binding binding(ChannelBinding binding) {
    return new Binding(
        binding.id(), binding.displayName(), binding.aliases(), binding.attributes());
  }

  static LineAck ack(Ack ack) {
    return switch (ack) {
      case Ack.Accepted a -> new LineAck.Accepted(a.lineId(), cut(a.remoteId(), NAME_MAX_CHARS));
      case Ack.Duplicate d ->
          new LineAck.Duplicate(
              d.lineId(),
              switch (d.sameQuantity()) {
                case SAME -> LineAck.Sameness.SAME;
                case DIFFERENT -> LineAck.Sameness.DIFFERENT;
                case UNKNOWN -> LineAck.Sameness.UNKNOWN;
              });
      case Ack.Rejected r ->
          new LineAck.Rejected(
              r.lineId(), r.code().name(), cut(r.reason(), NAME_MAX_CHARS), r.retryable());
    };
  }

  static Receipt rejected(ErrorCode code, String reason) {
    return new Receipt.Rejected(code.name(), cut(reason, NAME_MAX_CHARS));
  }

  private static Map<String, String> limited(Map<String, String> attributes) {
    int characters = 0;
    for (Map.Entry<String, String> entry : attributes.entrySet()) {
      characters += entry.getKey().length() + entry.getValue().length();
    }
    if (characters > ATTRIBUTES_MAX_CHARS) {
      throw new ChannelException(
          ErrorCode.INTERNAL,
          "attributes of " + characters + " characters > " + ATTRIBUTES_MAX_CHARS);
    }
    return attributes;
  }

  /** The text's first characters, never half of a surrogate pair. */
  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
