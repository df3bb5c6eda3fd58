package dev.weir.social.slack;

import dev.weir.kit.Signatures;
import dev.weir.spi.ChannelContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of each key: a row before the call, changed after it. Slack itself has no idempotency
 * key, so these rows and the metadata on the message are what keeps an answer from standing twice.
 */
final class Sends {

  /** An attempt that left no trace is over after this. */
  static final Duration ATTEMPT_MAX = Duration.ofSeconds(30);

  private static final Duration UNSURE_LIFE = Duration.ofHours(1);
  private static final Duration SENT_LIFE = Duration.ofMinutes(5);

  /** A key's state. */
  sealed interface Send {}

  /** An attempt began and has not ended, or its process died. */
  record UnderWay(Instant since) implements Send {}

  /** An attempt ended without an answer that says whether the message stands. */
  record Unsure(Instant since) implements Send {}

  /** The message stands. */
  record Done(String remoteId) implements Send {}

  private final ChannelContext context;

  Sends(ChannelContext context) {
    this.context = context;
  }

  /** Begins the first attempt; false where there was one before. */
  boolean begin(String key) {
    Instant now = context.clock().instant();
    return context.state().putIfAbsent(row(key), "u " + now.toEpochMilli(), now.plus(UNSURE_LIFE));
  }

  Optional<Send> find(String key) {
    return context
        .state()
        .get(row(key))
        .map(value -> {
          String rest = value.substring(2);
          return switch (value.charAt(0)) {
            case 'u' -> new UnderWay(Instant.ofEpochMilli(Long.parseLong(rest)));
            case '?' -> new Unsure(Instant.ofEpochMilli(Long.parseLong(rest)));
            case 's' -> new Done(rest);
            default -> throw new IllegalStateException("send row begins with " + value.charAt(0));
          };
        });
  }

  /** Nothing was done: the next attempt is a first one. */
  void forget(String key) {
    context.state().remove(row(key));
  }

  void unsure(String key, Instant since) {
    put(key, "? " + since.toEpochMilli(), UNSURE_LIFE);
  }

  /** Another attempt begins after one whose message is known not to stand. */
  void again(String key, Instant since) {
    put(key, "u " + since.toEpochMilli(), UNSURE_LIFE);
  }

  void done(String key, String remoteId) {
    put(key, "s " + remoteId, SENT_LIFE);
  }

  private void put(String key, String value, Duration life) {
    context.state().put(row(key), value, context.clock().instant().plus(life));
  }

  /** A key of any form as a name of fixed length. */
  static String hash(String key) {
    return Signatures.sha256Hex(Signatures.utf8(key)).substring(0, 32);
  }

  private static String row(String key) {
    return "send/" + hash(key);
  }
}
