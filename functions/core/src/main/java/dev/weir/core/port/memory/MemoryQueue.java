package dev.weir.core.port.memory;

import dev.weir.core.port.Ids;
import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueRules;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@link Queue} in memory. Thread-safe. */
public final class MemoryQueue implements Queue {

  private final InstantSource clock;
  private final Ids ids;
  private final Map<String, Message> messages = new LinkedHashMap<>();

  public MemoryQueue(InstantSource clock) {
    this.clock = clock;
    this.ids = new Ids(clock);
  }

  private static final class Message {
    private final String group;
    private final String body;
    private final Instant sentAt;
    private Instant visibleAt;
    private int receives;

    Message(String group, String body, Instant sentAt, Instant visibleAt) {
      this.group = group;
      this.body = body;
      this.sentAt = sentAt;
      this.visibleAt = visibleAt;
    }

    boolean visible(Instant now) {
      return !visibleAt.isAfter(now);
    }

    boolean dead(Instant now) {
      return receives >= RECEIVES_MAX && visible(now);
    }

    Received received(String id) {
      String receipt = id + ":" + receives;
      return new Received(id, receipt, group, body, receives, Map.of("sentAt", sentAt.toString()));
    }
  }

  @Override
  public synchronized void send(String group, String body, Duration delay) {
    QueueRules.checkSend(group, body, delay);
    Instant now = clock.instant();
    messages.put(ids.next(), new Message(group, body, now, now.plus(delay)));
  }

  @Override
  public synchronized List<Received> receive(int max, Duration visibility) {
    QueueRules.checkReceive(max, visibility);
    Instant now = clock.instant();
    Set<String> groups = new HashSet<>();
    List<Received> received = new ArrayList<>();
    for (Map.Entry<String, Message> entry : messages.entrySet()) {
      Message message = entry.getValue();
      if (received.size() == max) {
        break;
      }
      if (message.dead(now)) {
        continue;
      }
      boolean first = message.group.isEmpty() || groups.add(message.group);
      if (first && message.visible(now)) {
        message.receives++;
        message.visibleAt = now.plus(visibility);
        received.add(message.received(entry.getKey()));
      }
    }
    return received;
  }

  @Override
  public synchronized void acknowledge(String receipt) {
    if (current(receipt)) {
      messages.remove(id(receipt));
    }
  }

  @Override
  public synchronized void release(String receipt, Duration delay) {
    QueueRules.checkRelease(delay);
    Message message = messages.get(id(receipt));
    if (message != null && current(receipt)) {
      message.visibleAt = clock.instant().plus(delay);
    }
  }

  private boolean current(String receipt) {
    Message message = messages.get(id(receipt));
    return message != null && receipt.equals(id(receipt) + ":" + message.receives);
  }

  private static String id(String receipt) {
    int colon = receipt.indexOf(':');
    return colon < 0 ? receipt : receipt.substring(0, colon);
  }

  @Override
  public synchronized List<Received> deadLetters(int max) {
    QueueRules.checkReceive(max, Duration.ZERO);
    Instant now = clock.instant();
    return messages.entrySet().stream()
        .filter(entry -> entry.getValue().dead(now))
        .limit(max)
        .map(entry -> entry.getValue().received(entry.getKey()))
        .toList();
  }

  @Override
  public synchronized void replay(String id) {
    Message dead = messages.get(id);
    Instant now = clock.instant();
    if (dead != null && dead.dead(now)) {
      messages.remove(id);
      messages.put(id, new Message(dead.group, dead.body, dead.sentAt, now));
    }
  }

  @Override
  public synchronized Depth depth() {
    Instant now = clock.instant();
    long dead = messages.values().stream().filter(m -> m.dead(now)).count();
    List<Message> visible =
        messages.values().stream().filter(m -> m.visible(now) && !m.dead(now)).toList();
    long inFlight = messages.size() - dead - visible.size();
    long oldestAgeMs =
        visible.stream().mapToLong(m -> Duration.between(m.sentAt, now).toMillis()).max().orElse(0);
    return new Depth(visible.size(), inFlight, dead, oldestAgeMs);
  }
}
