package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Sha256;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores what happens on channels, once per dedupe key, and tells the gateway. Thread-safe.
 *
 * <p>The order is: row put if absent, pointer sent, row marked announced. A host that dies between
 * two of these has acknowledged nothing, the other side sends again, and the pointer is sent at
 * that time; so an event is never lost and is announced at least once.
 */
public final class Events {

  /** How long an event is known, and so how long a redelivery is recognised. */
  public static final Duration RETENTION = Duration.ofDays(30);

  /** The longest text of a message, in characters; at 3 bytes each it still fits a row. */
  public static final int TEXT_MAX_CHARS = 16_000;

  private static final String ANNOUNCED = "announced";

  private final Ports ports;

  public Events(Ports ports) {
    this.ports = ports;
  }

  /** Whether an event was new. */
  public enum Stored {
    NEW,
    /** Known, but nobody had been told of it yet. */
    REPEATED_UNANNOUNCED,
    /** Known and announced: nothing happened now. */
    REPEATED
  }

  /**
   * Makes an event durable and announced. When this returns, the other side may be acknowledged.
   *
   * @throws PortException where it is not certain that it is durable
   */
  public Stored store(ChannelEvent event) {
    Key key = Keys.event(event.channelId(), event.dedupeKey());
    Optional<Item> known = ports.table().get(key);
    boolean isNew = known.isEmpty() && putIfAbsent(key, event);
    if (!isNew) {
      Item item = known.or(() -> ports.table().get(key)).orElseThrow(() -> uncertain(event));
      if (item.counter(ANNOUNCED) > 0) {
        return Stored.REPEATED;
      }
    }
    announce(event, key);
    return isNew ? Stored.NEW : Stored.REPEATED_UNANNOUNCED;
  }

  private boolean putIfAbsent(Key key, ChannelEvent event) {
    Write.Put put =
        Write.put(
            key, Json.write(event), ports.clock().instant().plus(RETENTION), Condition.ABSENT);
    return switch (Tables.commit(ports.table(), List.of(put))) {
      case Outcome.Applied() -> true;
      case Outcome.Refused(int index) -> false;
      // The event may be there: what is read next decides.
      case Outcome.Unknown() -> false;
      case Outcome.Conflict() -> throw uncertain(event);
    };
  }

  private void announce(ChannelEvent event, Key key) {
    String pointer = Json.write(new EventPointer(event.channelId(), event.dedupeKey()));
    ports.queue(Queues.CHANNEL_EVENTS).send(group(event), pointer, Duration.ZERO);
    // Where this is lost the pointer goes out once more at the next redelivery, which is harmless.
    Tables.commit(ports.table(), List.of(Write.add(key, Map.of(ANNOUNCED, 1L), Condition.PRESENT)));
  }

  /** The event that a pointer means; empty where it is older than {@link #RETENTION}. */
  public Optional<ChannelEvent> read(EventPointer pointer) {
    return ports
        .table()
        .get(Keys.event(pointer.channelId(), pointer.dedupeKey()))
        .map(item -> Json.read(item.body(), ChannelEvent.class));
  }

  /** Whether the event of this key is stored already. */
  public boolean known(String channelId, String dedupeKey) {
    return ports.table().get(Keys.event(channelId, dedupeKey)).isPresent();
  }

  /** What keeps its order: a conversation's messages, and apart from them a binding's changes. */
  private static String group(ChannelEvent event) {
    String within =
        switch (event) {
          case ChannelEvent.Message m ->
              "message" + Sha256.hexOfFields(m.bindingId(), m.conversation());
          case ChannelEvent.Onboard o -> "binding" + Sha256.hexOfFields(o.bindingId());
          case ChannelEvent.EntitlementChanged e -> "binding" + Sha256.hexOfFields(e.bindingId());
          case ChannelEvent.Cancelled c -> "binding" + Sha256.hexOfFields(c.bindingId());
          case ChannelEvent.Erasure e -> "binding" + Sha256.hexOfFields(e.bindingId());
          case ChannelEvent.Feedback f -> "call" + Sha256.hexOfFields(f.callId());
          case ChannelEvent.Delivered d -> "call" + Sha256.hexOfFields(d.callId());
          case ChannelEvent.Reported r -> "report";
          case ChannelEvent.Settled s -> "report";
        };
    return event.channelId() + "/" + within;
  }

  private static PortException uncertain(ChannelEvent event) {
    return new PortException(
        "event " + event.dedupeKey() + " may not be stored (channel " + event.channelId() + ")");
  }
}
