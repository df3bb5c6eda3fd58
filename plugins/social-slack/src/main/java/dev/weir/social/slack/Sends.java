package dev.weir.social.slack;

import dev.weir.kit.Signatures;
import dev.weir.spi.ChannelContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What became of each key: a row before the call, which goes when its message stands; then the key
 * is one of many in a group's row, because a channel's state has few entries. Slack itself has no
 * idempotency key, so these rows and the metadata on the message are what keeps an answer from
 * standing twice, also where the host died after the call and comes back days later.
 *
 * <p>Two deliveries that write one group at the same time may lose one of the two keys. It is only
 * missed where the host also dies before it has recorded that delivery.
 */
final class Sends {

  /** An attempt that left no trace is over after this. */
  static final Duration ATTEMPT_MAX = Duration.ofSeconds(30);

  /** Longer than any host waits before it delivers again. */
  static final Duration KEPT = Duration.ofDays(7);

  /** Rows that hold the keys of messages that stand. */
  static final int GROUPS = 256;

  /** Keys in one of them; the oldest fall out first. */
  static final int KEYS_PER_GROUP = 40;

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
    return context.state().putIfAbsent(row(key), "u " + now.toEpochMilli(), now.plus(KEPT));
  }

  Optional<Send> find(String key) {
    // In this order: what leaves its own row is in the group before.
    Optional<String> own = context.state().get(row(key));
    return own.isPresent() ? own.map(Sends::underWay) : standing(key).map(Done::new);
  }

  private static Send underWay(String value) {
    Instant since = Instant.ofEpochMilli(Long.parseLong(value.substring(2)));
    return switch (value.charAt(0)) {
      case 'u' -> new UnderWay(since);
      case '?' -> new Unsure(since);
      default -> throw new IllegalStateException("send row begins with " + value.charAt(0));
    };
  }

  private Optional<String> standing(String key) {
    String prefix = hash(key) + " ";
    return group(key).stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .findFirst();
  }

  private Deque<String> group(String key) {
    return context
        .state()
        .get(groupRow(key))
        .map(value -> new ArrayDeque<>(List.of(value.split("\n", -1))))
        .orElseGet(ArrayDeque::new);
  }

  /** Nothing was done: the next attempt is a first one. */
  void forget(String key) {
    context.state().remove(row(key));
  }

  void unsure(String key, Instant since) {
    put(key, "? " + since.toEpochMilli());
  }

  /** Another attempt begins after one whose message is known not to stand. */
  void again(String key, Instant since) {
    put(key, "u " + since.toEpochMilli());
  }

  void done(String key, String remoteId) {
    Deque<String> lines = group(key);
    lines.addLast(hash(key) + " " + remoteId);
    while (lines.size() > KEYS_PER_GROUP) {
      lines.removeFirst();
    }
    Instant until = context.clock().instant().plus(KEPT);
    context.state().put(groupRow(key), String.join("\n", lines), until);
    context.state().remove(row(key));
  }

  private void put(String key, String value) {
    context.state().put(row(key), value, context.clock().instant().plus(KEPT));
  }

  /** A key of any form as a name of fixed length. */
  static String hash(String key) {
    return Signatures.sha256Hex(Signatures.utf8(key)).substring(0, 32);
  }

  private static String row(String key) {
    return "send/" + hash(key);
  }

  private static String groupRow(String key) {
    return "sent/" + Math.floorMod(hash(key).hashCode(), GROUPS);
  }
}
