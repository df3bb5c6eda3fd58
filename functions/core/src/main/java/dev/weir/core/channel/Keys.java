package dev.weir.core.channel;

import dev.weir.core.port.Key;
import dev.weir.core.port.Sha256;

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
    return new Key(channel(channelId), BINDING_PREFIX + Sha256.hexOfFields(bindingId));
  }

  static Key alias(String channelId, String alias) {
    return new Key(channel(channelId), "alias/" + Sha256.hexOfFields(alias));
  }

  static String secretPrefix(String bindingId) {
    return "secret/" + Sha256.hexOfFields(bindingId) + "/";
  }

  static Key secret(String channelId, String bindingId, String name) {
    return new Key(channel(channelId), secretPrefix(bindingId) + name);
  }

  static Key finalWindow(String channelId, String bindingId) {
    return new Key(channel(channelId), "final/" + Sha256.hexOfFields(bindingId));
  }

  static Key event(String channelId, String dedupeKey) {
    String hash = Sha256.hexOfFields(dedupeKey);
    return new Key(channel(channelId) + "/event/" + hash.substring(0, 2), hash);
  }

  static Key onboarding(String channelId, String state) {
    return new Key(channel(channelId) + "/onboarding", Sha256.hexOfFields(state));
  }

  static String state(String channelId) {
    return channel(channelId) + "/state";
  }

  static Key stateEntry(String channelId, String key) {
    return new Key(state(channelId), "entry/" + Sha256.hexOfFields(key));
  }

  static Key stateCount(String channelId) {
    return new Key(state(channelId), "count");
  }
}
