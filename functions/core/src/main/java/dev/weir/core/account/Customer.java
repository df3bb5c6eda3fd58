package dev.weir.core.account;

import java.time.Instant;

/**
 * Who buys.
 *
 * @param name as the channel or the vendor gave it, at most {@link OpenAgreement#NAME_MAX_CHARS}
 * @param channelId the channel that brought it first
 */
public record Customer(String id, String name, String channelId, Instant createdAt) {}
