package dev.weir.local.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Queue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Hands a queue's messages to its function, as SQS's event source mapping does: what the function
 * names as failed is released with a growing delay, unless the function put it off to a time of its
 * own, the rest is acknowledged; where the function fails as a whole, every message of the batch
 * failed. The queue itself sets dead letters aside.
 *
 * <p>Thread-safe: several threads may pump one queue.
 */
public final class QueuePump {

  /** How long received messages stay hidden; no invocation may take longer. */
  static final Duration VISIBILITY = Duration.ofMinutes(2);

  static final Duration BACKOFF_MIN = Duration.ofMillis(500);
  static final Duration BACKOFF_MAX = Duration.ofMinutes(5);

  private static final System.Logger LOG = System.getLogger(QueuePump.class.getName());

  private final String name;
  private final HandedQueue queue;
  private final Supplier<Optional<LambdaInvoker>> function;
  private final InstantSource clock;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicLong worked = new AtomicLong();

  public QueuePump(String name, Queue queue, LambdaInvoker function, InstantSource clock) {
    this(name, queue, () -> Optional.of(function), clock);
  }

  /**
   * Makes a pump whose function may change or be away for a time; messages wait then.
   *
   * @param function asked before each batch
   */
  public QueuePump(
      String name, Queue queue, Supplier<Optional<LambdaInvoker>> function, InstantSource clock) {
    this.name = name;
    this.queue = HandedQueue.of(queue);
    this.function = function;
    this.clock = clock;
  }

  public String name() {
    return name;
  }

  /** Whether nothing can be received and nothing is being worked on. */
  public boolean idle() {
    // In this order: what leaves the queue after the first look shows in the second.
    return queue.depth().visible() == 0 && !busy();
  }

  /** Whether a batch is being worked on now. */
  boolean busy() {
    return busy.get() > 0;
  }

  /** Messages worked on since the start. */
  long worked() {
    return worked.get();
  }

  /** Works on one batch; the number of messages in it, 0 where the queue was empty. */
  public int pump() {
    busy.incrementAndGet();
    try {
      Optional<LambdaInvoker> now = function.get();
      if (now.isEmpty()) {
        return 0;
      }
      List<Queue.Received> batch = queue.receive(Queue.RECEIVE_MAX, VISIBILITY);
      if (!batch.isEmpty()) {
        work(now.get(), batch);
        worked.addAndGet(batch.size());
      }
      return batch.size();
    } finally {
      busy.decrementAndGet();
    }
  }

  private void work(LambdaInvoker now, List<Queue.Received> batch) {
    Set<String> failed = failed(now, batch);
    for (Queue.Received message : batch) {
      if (failed.contains(message.id())) {
        queue.releaseUnlessPutOff(message.receipt(), backoff(message.receives()));
      } else {
        queue.acknowledge(message.receipt());
      }
    }
  }

  private Set<String> failed(LambdaInvoker now, List<Queue.Received> batch) {
    Set<String> all = new HashSet<>();
    batch.forEach(message -> all.add(message.id()));
    try {
      byte[] answer = now.invoke(event(batch));
      Set<String> failed = new HashSet<>();
      JsonNode failures = Json.MAPPER.readTree(answer).path("batchItemFailures");
      for (JsonNode failure : failures) {
        failed.add(failure.path("itemIdentifier").asText());
      }
      // SQS takes a name that it does not know for the failure of the whole batch.
      return all.containsAll(failed) ? failed : all;
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "function %s failed on %d messages of %s".formatted(now.name(), batch.size(), name),
          e);
      return all;
    }
  }

  private byte[] event(List<Queue.Received> batch) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    ArrayNode records = event.putArray("Records");
    String now = clock.instant().toString();
    for (Queue.Received message : batch) {
      ObjectNode node = records.addObject();
      node.put("messageId", message.id()).put("receiptHandle", message.receipt());
      node.put("body", message.body());
      ObjectNode attributes = node.putObject("attributes");
      attributes.put("ApproximateReceiveCount", Integer.toString(message.receives()));
      Instant sentAt = Instant.parse(message.meta().getOrDefault("sentAt", now));
      attributes.put("SentTimestamp", Long.toString(sentAt.toEpochMilli()));
      if (!message.group().isEmpty()) {
        attributes.put("MessageGroupId", message.group());
      }
      node.putObject("messageAttributes");
      node.put("eventSource", "aws:sqs").put("awsRegion", "local");
      node.put("eventSourceARN", "arn:aws:sqs:local:000000000000:" + name);
    }
    return Json.write(event).getBytes(StandardCharsets.UTF_8);
  }

  /** Doubles with every receive, between half and all of it at random, so that retries spread. */
  static Duration backoff(int receives) {
    long fullMs =
        Math.min(
            BACKOFF_MAX.toMillis(), BACKOFF_MIN.toMillis() << Math.clamp(receives - 1L, 0, 20));
    return Duration.ofMillis(RandomGenerator.getDefault().nextLong(fullMs / 2, fullMs + 1));
  }
}
