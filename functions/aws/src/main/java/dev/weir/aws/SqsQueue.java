package dev.weir.aws;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueRules;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * {@link Queue} on one FIFO queue, {@code <prefix>-<name>.fifo}, and its dead letters, {@code
 * <prefix>-<name>-dead.fifo}. A message without a group gets a group of its own, so it waits for no
 * other. FIFO queues delay no single message: one that was sent with a delay carries the time, and
 * who receives it early hides it until then.
 */
final class SqsQueue implements Queue {

  /** Until when a message is not to be worked on, in epoch milliseconds. */
  static final String NOT_BEFORE = "notBefore";

  private static final Duration DEAD_VISIBILITY = Duration.ofSeconds(30);

  private final SqsClient client;
  private final String name;
  private final InstantSource clock;
  private final Supplier<String> url;
  private final Supplier<String> deadUrl;
  private final Map<String, Received> dead = new ConcurrentHashMap<>();

  SqsQueue(SqsClient client, String prefix, String name, InstantSource clock) {
    QueueRules.checkName(name);
    this.client = client;
    this.name = name;
    this.clock = clock;
    this.url = Lazy.of(() -> find(prefix + "-" + name + ".fifo"));
    this.deadUrl = Lazy.of(() -> find(prefix + "-" + name + "-dead.fifo"));
  }

  private String find(String queueName) {
    try {
      return client.getQueueUrl(r -> r.queueName(queueName)).queueUrl();
    } catch (SdkException e) {
      throw failed("find", e);
    }
  }

  private PortException failed(String what, SdkException e) {
    return new PortException("queue " + name + ": cannot " + what + ": " + e.getMessage(), e);
  }

  @Override
  public void send(String group, String body, Duration delay) {
    QueueRules.checkSend(group, body, delay);
    SendMessageRequest.Builder request =
        SendMessageRequest.builder()
            .queueUrl(url.get())
            .messageBody(body)
            .messageGroupId(group.isEmpty() ? UUID.randomUUID().toString() : GroupIds.of(group))
            .messageDeduplicationId(UUID.randomUUID().toString());
    if (!delay.isZero()) {
      String at = Long.toString(clock.instant().plus(delay).toEpochMilli());
      request.messageAttributes(
          Map.of(
              NOT_BEFORE,
              MessageAttributeValue.builder().dataType("Number").stringValue(at).build()));
    }
    try {
      client.sendMessage(request.build());
    } catch (SdkException e) {
      throw failed("send", e);
    }
  }

  @Override
  public List<Received> receive(int max, Duration visibility) {
    QueueRules.checkReceive(max, visibility);
    List<Received> due = new ArrayList<>();
    for (Message message : read(url.get(), max, visibility)) {
      Duration early = early(message);
      if (early.isZero()) {
        due.add(received(message));
      } else {
        release(message.receiptHandle(), early);
      }
    }
    return due;
  }

  private Duration early(Message message) {
    MessageAttributeValue attribute = message.messageAttributes().get(NOT_BEFORE);
    if (attribute == null) {
      return Duration.ZERO;
    }
    Instant at = Instant.ofEpochMilli(Long.parseLong(attribute.stringValue()));
    Duration left = Duration.between(clock.instant(), at);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private List<Message> read(String queueUrl, int max, Duration visibility) {
    try {
      return client
          .receiveMessage(r ->
              r.queueUrl(queueUrl)
                  .maxNumberOfMessages(max)
                  .visibilityTimeout(Math.toIntExact(visibility.toSeconds()))
                  .messageAttributeNames("All")
                  .messageSystemAttributeNames(
                      MessageSystemAttributeName.MESSAGE_GROUP_ID,
                      MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
          .messages();
    } catch (SdkException e) {
      throw failed("receive", e);
    }
  }

  private static Received received(Message message) {
    Map<MessageSystemAttributeName, String> attributes = message.attributes();
    String count =
        attributes.getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
    return new Received(
        message.messageId(),
        message.receiptHandle(),
        attributes.getOrDefault(MessageSystemAttributeName.MESSAGE_GROUP_ID, ""),
        message.body(),
        Integer.parseInt(count),
        Map.of());
  }

  @Override
  public void acknowledge(String receipt) {
    try {
      client.deleteMessage(r -> r.queueUrl(url.get()).receiptHandle(receipt));
    } catch (ReceiptHandleIsInvalidException e) {
      // It was acknowledged before, or its visibility is over and it will come again.
    } catch (SdkException e) {
      throw failed("acknowledge", e);
    }
  }

  @Override
  public void release(String receipt, Duration delay) {
    QueueRules.checkRelease(delay);
    int seconds = Math.toIntExact(delay.plusMillis(999).toSeconds());
    try {
      client.changeMessageVisibility(
          r -> r.queueUrl(url.get()).receiptHandle(receipt).visibilityTimeout(seconds));
    } catch (SqsException e) {
      if (e.statusCode() != 400) {
        throw failed("release", e);
      }
      // Not in flight any more: it is visible already, or gone.
    } catch (SdkException e) {
      throw failed("release", e);
    }
  }

  @Override
  public List<Received> deadLetters(int max) {
    QueueRules.checkReceive(max, DEAD_VISIBILITY);
    List<Received> letters =
        read(deadUrl.get(), max, DEAD_VISIBILITY).stream().map(SqsQueue::received).toList();
    letters.forEach(letter -> dead.put(letter.id(), letter));
    return letters;
  }

  /** Puts back a letter that {@link #deadLetters} listed in the last 30 s. */
  @Override
  public void replay(String id) {
    Received letter = dead.remove(id);
    if (letter == null) {
      throw new PortException("queue " + name + ": dead letter " + id + " was not listed lately");
    }
    send(letter.group(), letter.body(), Duration.ZERO);
    try {
      client.deleteMessage(r -> r.queueUrl(deadUrl.get()).receiptHandle(letter.receipt()));
    } catch (SdkException e) {
      throw failed("remove the dead letter", e);
    }
  }

  @Override
  public Depth depth() {
    Map<QueueAttributeName, String> live = attributes(url.get());
    Map<QueueAttributeName, String> lost = attributes(deadUrl.get());
    return new Depth(
        number(live, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES),
        number(live, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE),
        number(lost, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES),
        0);
  }

  private Map<QueueAttributeName, String> attributes(String queueUrl) {
    try {
      return client
          .getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
          .attributes();
    } catch (SdkException e) {
      throw failed("measure", e);
    }
  }

  private static long number(Map<QueueAttributeName, String> from, QueueAttributeName name) {
    return Long.parseLong(from.getOrDefault(name, "0"));
  }
}
