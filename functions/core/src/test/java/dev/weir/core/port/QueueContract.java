package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Queue} does. Each test uses queues of its own. */
public abstract class QueueContract {

  protected static final Duration HIDDEN = Duration.ofSeconds(30);

  protected final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  protected Queue queue;

  /** An empty queue that reads its time from {@link #clock}. */
  protected abstract Queue open(String name);

  /** Lets time pass; a store whose time cannot be moved waits. */
  protected void pass(Duration duration) {
    clock.advance(duration);
  }

  @BeforeEach
  void openQueue() {
    queue = open("test-" + UUID.randomUUID());
  }

  private List<String> receive(int max) {
    return queue.receive(max, HIDDEN).stream().map(Queue.Received::body).toList();
  }

  @Test
  void aSentMessageIsReceivedUntilAcknowledged() {
    queue.send("", "{\"水\":\"😀 \\u0000\"}", Duration.ZERO);
    Queue.Received first = queue.receive(10, HIDDEN).getFirst();
    assertEquals("{\"水\":\"😀 \\u0000\"}", first.body());
    assertEquals(1, first.receives());
    assertEquals("", first.group());
    assertEquals(List.of(), receive(10));
    pass(HIDDEN);
    Queue.Received second = queue.receive(10, HIDDEN).getFirst();
    assertEquals(first.id(), second.id());
    assertEquals(2, second.receives());
    queue.acknowledge(second.receipt());
    pass(HIDDEN);
    assertEquals(List.of(), receive(10));
    assertEquals(new Queue.Depth(0, 0, 0, 0), queue.depth());
  }

  @Test
  void equalMessagesAreTwo() {
    queue.send("g", "same", Duration.ZERO);
    queue.send("g", "same", Duration.ZERO);
    queue.send("", "same", Duration.ZERO);
    queue.send("", "same", Duration.ZERO);
    assertEquals(4, queue.depth().visible());
  }

  @Test
  void aStaleReceiptDoesNothing() {
    queue.send("", "m", Duration.ZERO);
    Queue.Received stale = queue.receive(1, HIDDEN).getFirst();
    pass(HIDDEN);
    Queue.Received current = queue.receive(1, HIDDEN).getFirst();
    queue.acknowledge(stale.receipt());
    queue.release(stale.receipt(), Duration.ZERO);
    assertEquals(List.of(), receive(1));
    queue.release(current.receipt(), Duration.ZERO);
    Queue.Received third = queue.receive(1, HIDDEN).getFirst();
    queue.acknowledge(third.receipt());
    queue.acknowledge(third.receipt());
    queue.release(third.receipt(), Duration.ZERO);
    queue.acknowledge("no such receipt");
    assertEquals(new Queue.Depth(0, 0, 0, 0), queue.depth());
  }

  @Test
  void aReceiptIsGoodUntilTheMessageIsReceivedAgain() {
    queue.send("", "m", Duration.ZERO);
    Queue.Received late = queue.receive(1, HIDDEN).getFirst();
    pass(HIDDEN.multipliedBy(2));
    queue.acknowledge(late.receipt());
    assertEquals(List.of(), receive(1));
  }

  @Test
  void aGroupComesInOrderOneAtATime() {
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      queue.send("a", "a" + i, Duration.ZERO);
      queue.send("b", "b" + i, Duration.ZERO);
    }
    for (int round = 0; round < 5; round++) {
      List<Queue.Received> two = queue.receive(10, HIDDEN);
      assertEquals(Set.of("a" + round, "b" + round), bodies(two));
      assertEquals(List.of(), receive(10));
      two.forEach(m -> order.add(m.body()));
      two.forEach(m -> queue.acknowledge(m.receipt()));
    }
    assertEquals(List.of(), receive(10));
    assertEquals(10, order.size());
  }

  private static Set<String> bodies(List<Queue.Received> messages) {
    Set<String> bodies = new HashSet<>();
    messages.forEach(m -> bodies.add(m.body()));
    return bodies;
  }

  @Test
  void aReleasedMessageHoldsItsGroupUntilItIsVisible() {
    queue.send("g", "1", Duration.ZERO);
    queue.send("g", "2", Duration.ZERO);
    queue.send("", "free", Duration.ZERO);
    Queue.Received first = queue.receive(1, HIDDEN).getFirst();
    assertEquals("1", first.body());
    queue.release(first.receipt(), Duration.ofSeconds(5));
    assertEquals(List.of("free"), receive(10));
    pass(Duration.ofSeconds(5));
    Queue.Received again = queue.receive(10, HIDDEN).getFirst();
    assertEquals("1", again.body());
    assertEquals(2, again.receives());
    queue.release(again.receipt(), Duration.ZERO);
    assertEquals(List.of("1"), receive(10));
  }

  @Test
  void aDelayedMessageIsNotReceivedEarly() {
    queue.send("", "late", Duration.ofSeconds(5));
    queue.send("", "now", Duration.ZERO);
    assertEquals(List.of("now"), receive(10));
    pass(Duration.ofSeconds(5));
    assertEquals(List.of("late"), receive(10));
  }

  @Test
  void afterTooManyReceivesAMessageIsDeadAndHoldsUpNothing() {
    queue.send("g", "poison", Duration.ZERO);
    queue.send("g", "good", Duration.ZERO);
    for (int i = 1; i <= Queue.RECEIVES_MAX; i++) {
      Queue.Received poison = queue.receive(10, HIDDEN).getFirst();
      assertEquals("poison", poison.body());
      assertEquals(i, poison.receives());
      assertEquals(List.of(), queue.deadLetters(10));
      queue.release(poison.receipt(), Duration.ZERO);
    }
    Queue.Received good = queue.receive(10, HIDDEN).getFirst();
    assertEquals("good", good.body());
    Queue.Received dead = queue.deadLetters(10).getFirst();
    assertEquals("poison", dead.body());
    assertEquals("g", dead.group());
    assertEquals(1, queue.depth().dead());
    queue.replay("no such id");
    queue.replay(dead.id());
    assertEquals(List.of(), queue.deadLetters(10));
    queue.acknowledge(good.receipt());
    Queue.Received replayed = queue.receive(10, HIDDEN).getFirst();
    assertEquals("poison", replayed.body());
    assertEquals(1, replayed.receives());
  }

  @Test
  void depthCountsVisibleHiddenAndDead() {
    queue.send("", "a", Duration.ZERO);
    pass(Duration.ofSeconds(2));
    queue.send("", "b", Duration.ZERO);
    queue.send("", "c", Duration.ofSeconds(30));
    Queue.Depth depth = queue.depth();
    assertEquals(2, depth.visible());
    assertEquals(1, depth.inFlight());
    assertTrue(depth.oldestAgeMs() >= 2000, "" + depth);
    queue.receive(10, HIDDEN).forEach(m -> queue.acknowledge(m.receipt()));
    assertEquals(new Queue.Depth(0, 1, 0, 0), queue.depth());
  }

  @Test
  void queuesAreSeparate() {
    Queue other = open("test-" + UUID.randomUUID());
    queue.send("", "mine", Duration.ZERO);
    assertEquals(List.of(), other.receive(10, HIDDEN));
    Queue.Received mine = queue.receive(10, HIDDEN).getFirst();
    other.acknowledge(mine.receipt());
    assertEquals(1, queue.depth().inFlight());
  }

  @Test
  void limitsAreKept() {
    String largest = "水".repeat(Queue.BODY_MAX_BYTES / 3) + "x".repeat(Queue.BODY_MAX_BYTES % 3);
    queue.send("g".repeat(Queue.GROUP_MAX_BYTES), largest, Duration.ZERO);
    assertEquals(largest, queue.receive(1, HIDDEN).getFirst().body());
    refused(() -> queue.send("", largest + "x", Duration.ZERO));
    refused(() -> queue.send("g".repeat(Queue.GROUP_MAX_BYTES + 1), "", Duration.ZERO));
    refused(() -> queue.send("g", "delayed in a group", Duration.ofSeconds(1)));
    refused(() -> queue.send("", "", Queue.DELAY_MAX.plusMillis(1)));
    refused(() -> queue.send("", "", Duration.ofSeconds(-1)));
    refused(() -> queue.receive(0, HIDDEN));
    refused(() -> queue.receive(Queue.RECEIVE_MAX + 1, HIDDEN));
    refused(() -> queue.receive(1, Queue.VISIBILITY_MAX.plusSeconds(1)));
    refused(() -> queue.release("x", Queue.VISIBILITY_MAX.plusSeconds(1)));
    refused(() -> open("Not A Name"));
  }

  private static void refused(org.junit.jupiter.api.function.Executable call) {
    assertThrows(IllegalArgumentException.class, call);
  }

  @Test
  void manyConsumersShareTheMessages() throws Exception {
    int messages = 120;
    for (int i = 0; i < messages; i++) {
      queue.send("", "m" + i, Duration.ZERO);
    }
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger received = new AtomicInteger();
    TableConcurrencyContract.together(
        6,
        () -> {
          for (int empty = 0; empty < 3; ) {
            List<Queue.Received> batch = queue.receive(7, HIDDEN);
            empty = batch.isEmpty() ? empty + 1 : 0;
            batch.forEach(m -> seen.add(m.body()));
            received.addAndGet(batch.size());
            batch.forEach(m -> queue.acknowledge(m.receipt()));
          }
          return 0;
        });
    assertEquals(messages, seen.size());
    assertEquals(messages, received.get());
    assertEquals(new Queue.Depth(0, 0, 0, 0), queue.depth());
  }

  @Test
  void aGroupIsNeverInTwoHands() throws Exception {
    int perGroup = 15;
    List<String> groups = List.of("a", "b", "c");
    for (int i = 0; i < perGroup; i++) {
      int number = i;
      groups.forEach(group -> queue.send(group, "" + number, Duration.ZERO));
    }
    Set<String> held = ConcurrentHashMap.newKeySet();
    ConcurrentHashMap<String, Integer> next = new ConcurrentHashMap<>();
    AtomicInteger left = new AtomicInteger(perGroup * groups.size());
    TableConcurrencyContract.together(
        6,
        () -> {
          while (left.get() > 0) {
            for (Queue.Received message : queue.receive(2, HIDDEN)) {
              assertTrue(held.add(message.group()), "in two hands: " + message);
              assertEquals(next.getOrDefault(message.group(), 0), Integer.valueOf(message.body()));
              next.put(message.group(), Integer.parseInt(message.body()) + 1);
              held.remove(message.group());
              queue.acknowledge(message.receipt());
              left.decrementAndGet();
            }
          }
          return 0;
        });
    assertEquals(new Queue.Depth(0, 0, 0, 0), queue.depth());
  }
}
