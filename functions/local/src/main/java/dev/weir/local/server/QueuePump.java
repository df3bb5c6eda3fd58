package dev.weir.local.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.Queue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Hands a queue's messages to its function, as SQS's event source mapping does: what the function
 * names as failed is released with a growing delay, the rest is acknowledged; where the function
 * fails as a whole, every message of the batch failed. The queue itself sets dead letters aside.
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
  private final Queue queue;
  private final LambdaInvoker function;
  private final InstantSource clock;

  public QueuePump(String name, Queue queue, LambdaInvoker function, InstantSource clock) {
    this.name = name;
    this.queue = queue;
    this.function = function;
    this.clock = clock;
  }

  public String name() {
    return name;
  }

  /** Whether nothing is visible or in flight. Released messages that still wait do not count. */
  public boolean idle() {
    Queue.Depth depth = queue.depth();
    return depth.visible() == 0 && depth.inFlight() == 0;
  }

  /** Works on one batch; the number of messages in it, 0 where the queue was empty. */
  public int pump() {
    List<Queue.Received> batch = queue.receive(Queue.RECEIVE_MAX, VISIBILITY);
    if (batch.isEmpty()) {
      return 0;
    }
    Set<String> failed = failed(batch);
    for (Queue.Received message : batch) {
      if (failed.contains(message.id())) {
        queue.release(message.receipt(), backoff(message.receives()));
      } else {
        queue.acknowledge(message.receipt());
      }
    }
    return batch.size();
  }

  private Set<String> failed(List<Queue.Received> batch) {
    Set<String> all = new HashSet<>();
    batch.forEach(message -> all.add(message.id()));
    try {
      byte[] answer = function.invoke(event(batch));
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
          "function %s failed on %d messages of %s".formatted(function.name(), batch.size(), name),
          e);
      return all;
    }
  }

  private byte[] event(List<Queue.Received> batch) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    ArrayNode records = event.putArray("Records");
    String now = Long.toString(clock.millis());
    for (Queue.Received message : batch) {
      ObjectNode node = records.addObject();
      node.put("messageId", message.id()).put("receiptHandle", message.receipt());
      node.put("body", message.body());
      ObjectNode attributes = node.putObject("attributes");
      attributes.put("ApproximateReceiveCount", Integer.toString(message.receives()));
      attributes.put("SentTimestamp", message.meta().getOrDefault("SentTimestamp", now));
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
