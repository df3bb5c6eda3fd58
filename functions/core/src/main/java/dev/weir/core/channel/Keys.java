package dev.weir.core.channel;

import dev.weir.core.port.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the rows lie. All that a channel's host touches is in {@code ch/<id>} or below {@code
 * ch/<id>/}, because its role reaches nothing else.
 *
 * <ul>
 *   <li>{@code channels}: a list row per channel; a few writes a day
 *   <li>{@code ch/<id>}: config, bindings, aliases, secrets, final windows; a write per onboarding
 *       or end
 *   <li>{@code ch/<id>/event/<00-ff>}: two writes per event, spread over 256 partitions by hash, so
 *       that a busy channel does not heat one
 *   <li>{@code ch/<id>/onboarding}: a few writes per onboarding
 *   <li>{@code ch/<id>/state}: what the plugin keeps; at most {@link PluginState#ENTRIES_MAX} rows
 * </ul>
 */
final class Keys {

  static final String CHANNELS = "channels";
  static final String BINDING_PREFIX = "binding/";

  private Keys() {}

  static Key channelInAll(String channelId) {
    return new Key(CHANNELS, channelId);
  }

  static String channel(String channelId) {
    return "ch/" + channelId;
  }

  static Key config(String channelId) {
    return new Key(channel(channelId), "config");
  }

  static Key binding(String channelId, String bindingId) {
    return new Key(channel(channelId), BINDING_PREFIX + hash(bindingId));
  }

  static Key alias(String channelId, String alias) {
    return new Key(channel(channelId), "alias/" + hash(alias));
  }

  static String secretPrefix(String bindingId) {
    return "secret/" + hash(bindingId) + "/";
  }

  static Key secret(String channelId, String bindingId, String name) {
    return new Key(channel(channelId), secretPrefix(bindingId) + name);
  }

  static Key finalWindow(String channelId, String bindingId) {
    return new Key(channel(channelId), "final/" + hash(bindingId));
  }

  static Key event(String channelId, String dedupeKey) {
    String hash = hash(dedupeKey);
    return new Key(channel(channelId) + "/event/" + hash.substring(0, 2), hash);
  }

  static Key onboarding(String channelId, String state) {
    return new Key(channel(channelId) + "/onboarding", hash(state));
  }

  static String state(String channelId) {
    return channel(channelId) + "/state";
  }

  static Key stateEntry(String channelId, String key) {
    return new Key(state(channelId), "entry/" + hash(key));
  }

  static Key stateCount(String channelId) {
    return new Key(state(channelId), "count");
  }

  /** SHA-256 in hex over the fields, each with its length before it. */
  static String hash(String... fields) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (String field : fields) {
      byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, utf8.length));
      digest.update(utf8);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
