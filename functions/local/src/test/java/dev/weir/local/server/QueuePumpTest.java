package dev.weir.local.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Queue;
import dev.weir.core.port.memory.MemoryQueue;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QueuePumpTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final Queue queue = new MemoryQueue(clock);
  private final Toys.Consumer consumer = new Toys.Consumer();
  private final QueuePump pump =
      new QueuePump("calls", queue, LambdaInvoker.of(consumer, Duration.ofSeconds(30)), clock);

  private void send(String... bodies) {
    for (String body : bodies) {
      queue.send("", body, Duration.ZERO);
    }
  }

  @Test
  void handledMessagesAreAcknowledged() {
    send("a", "b");
    assertEquals(2, pump.pump());
    assertEquals(0, pump.pump());
    assertEquals(new Queue.Depth(0, 0, 0, 0), queue.depth());
    assertTrue(pump.idle());
  }

  @Test
  void eventIsTheOneThatSqsWouldSend() {
    queue.send("conversation-7", "你好", Duration.ZERO);
    pump.pump();
    var message = consumer.seen.getFirst();
    assertEquals("你好", message.getBody());
    assertEquals("aws:sqs", message.getEventSource());
    assertEquals("arn:aws:sqs:local:000000000000:calls", message.getEventSourceArn());
    assertEquals("1", message.getAttributes().get("ApproximateReceiveCount"));
    assertEquals("conversation-7", message.getAttributes().get("MessageGroupId"));
    assertEquals(Long.toString(NOW.toEpochMilli()), message.getAttributes().get("SentTimestamp"));
  }

  @Test
  void onlyTheNamedFailureComesBackLater() {
    send("ok", "fail");
    pump.pump();
    assertEquals(1, queue.depth().inFlight());
    assertEquals(0, pump.pump());
    clock.advance(QueuePump.BACKOFF_MIN);
    assertEquals(1, pump.pump());
    assertEquals("2", consumer.seen.getLast().getAttributes().get("ApproximateReceiveCount"));
  }

  @Test
  void messageThatItsFunctionPutOffKeepsTheTimeItWasGiven() {
    HandedQueue handed = HandedQueue.of(queue);
    Toys.Consumer putsOff =
        new Toys.Consumer(receipt -> handed.release(receipt, Duration.ofSeconds(40)));
    QueuePump own =
        new QueuePump("calls", handed, LambdaInvoker.of(putsOff, Duration.ofSeconds(30)), clock);
    send("fail");
    own.pump();
    clock.advance(Duration.ofSeconds(40).minusMillis(1));
    assertEquals(0, own.pump());
    clock.advance(Duration.ofMillis(1));
    assertEquals(1, own.pump());
  }

  @Test
  void functionThatFailsReturnsTheWholeBatch() {
    send("a", "throw");
    pump.pump();
    assertEquals(2, queue.depth().inFlight());
  }

  @Test
  void failureOfAnUnknownMessageReturnsTheWholeBatch() {
    send("a", "nonsense");
    pump.pump();
    assertEquals(2, queue.depth().inFlight());
  }

  @Test
  void messageThatAlwaysFailsBecomesADeadLetter() {
    send("fail");
    for (int i = 0; i < Queue.RECEIVES_MAX; i++) {
      assertEquals(1, pump.pump());
      clock.advance(QueuePump.BACKOFF_MAX);
    }
    assertEquals(0, pump.pump());
    assertEquals(1, queue.deadLetters(10).size());
  }

  @Test
  void backoffGrowsToItsLimit() {
    assertTrue(QueuePump.backoff(1).compareTo(QueuePump.BACKOFF_MIN) <= 0);
    assertTrue(QueuePump.backoff(1000).compareTo(QueuePump.BACKOFF_MAX) <= 0);
    assertTrue(QueuePump.backoff(1000).compareTo(QueuePump.BACKOFF_MAX.dividedBy(2)) >= 0);
  }

  @Test
  void engineDrivesQueuesAndSchedule() throws InterruptedException {
    Toys.Clockwork clockwork = new Toys.Clockwork();
    Ticker ticker =
        new Ticker(LambdaInvoker.of(clockwork, Duration.ofSeconds(60)), clock, () -> {}, () -> 0);
    try (Engine engine = new Engine(ticker)) {
      engine.add(pump);
      send("a", "b", "fail");
      engine.settle();
      assertEquals(3, consumer.seen.size());
      assertTrue(clockwork.seen.size() >= 2);
      assertEquals("Scheduled Event", clockwork.seen.getFirst().getDetailType());
      assertEquals(NOW.toEpochMilli(), clockwork.seen.getFirst().getTime().getMillis());
    }
  }
}
