package dev.weir.core.channel;

/** What goes through the queue {@code channel-events}: where the event's row is. */
public record EventPointer(String channelId, String dedupeKey) {}
