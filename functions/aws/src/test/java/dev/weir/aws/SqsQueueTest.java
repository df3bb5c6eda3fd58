package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SqsQueueTest {

  private static final String URL = "https://sqs.us-east-1.amazonaws.com/1/weir-jobs.fifo";
  private static final Duration NOW = Duration.ZERO;

  private final FakeHttp http = new FakeHttp().answers("{\"QueueUrl\":\"" + URL + "\"}");
  private final Queue queue = http.ports().queue(Queues.JOBS);

  private static String md5(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String accepted(String body) {
    return "{\"MessageId\":\"m\",\"MD5OfMessageBody\":\"" + md5(body) + "\"}";
  }

  private static String message(String id, String attributes) {
    return ("{\"MessageId\":\"%s\",\"ReceiptHandle\":\"r-%s\",\"Body\":\"b\",\"MD5OfBody\":\"%s\","
            + "\"Attributes\":{\"MessageGroupId\":\"g\",\"ApproximateReceiveCount\":\"3\"}%s}")
        .formatted(id, id, md5("b"), attributes);
  }

  private static String notBefore(long epochMs) {
    return ",\"MD5OfMessageAttributes\":\""
        + attributesMd5(epochMs)
        + "\",\"MessageAttributes\":{\"notBefore\":{\"DataType\":\"Number\",\"StringValue\":\""
        + epochMs
        + "\"}}";
  }

  /** As SQS computes it over name, type and value; the client checks it. */
  private static String attributesMd5(long epochMs) {
    String value = Long.toString(epochMs);
    String framed = "\0\0\0\u0009notBefore\0\0\0\u0006Number\1\0\0\0";
    return md5(framed + (char) value.length() + value);
  }

  private FakeHttp.Sent last() {
    return http.sent().getLast();
  }

  @Test
  void queueIsFoundByItsNameAndOnce() {
    http.answers(accepted("a")).answers(accepted("b"));

    queue.send("g", "a", NOW);
    queue.send("g", "b", NOW);

    assertEquals("GetQueueUrl", http.sent().getFirst().operation());
    assertEquals("weir-jobs.fifo", http.sent().getFirst().json().path("QueueName").asText());
    assertEquals(3, http.sent().size());
  }

  @Test
  void messageCarriesItsGroupAndADedupeIdOfItsOwn() {
    http.answers(accepted("a")).answers(accepted("a"));

    queue.send("job-1", "a", NOW);
    queue.send("job-1", "a", NOW);

    assertEquals("SendMessage", last().operation());
    assertEquals(URL, last().json().path("QueueUrl").asText());
    assertEquals("a", last().json().path("MessageBody").asText());
    assertEquals("job-1", last().json().path("MessageGroupId").asText());
    assertNotEquals(
        http.sent().get(1).json().path("MessageDeduplicationId"),
        last().json().path("MessageDeduplicationId"));
  }

  @Test
  void groupThatSqsRefusesGoesByItsHash() {
    http.answers(accepted("a"));

    queue.send("feishu-cn/群聊 1", "a", NOW);

    assertTrue(last().json().path("MessageGroupId").asText().matches("[0-9a-f]{64}"));
  }

  @Test
  void messagesWithoutAGroupWaitForNoOther() {
    http.answers(accepted("a")).answers(accepted("a"));

    queue.send("", "a", NOW);
    queue.send("", "a", NOW);

    assertNotEquals(
        http.sent().get(1).json().path("MessageGroupId"), last().json().path("MessageGroupId"));
  }

  @Test
  void clientRepeatsALostSendUnderItsDedupeId() {
    http.losesAnswer().answers(accepted("a"));

    http.retryingPorts().queue(Queues.JOBS).send("g", "a", NOW);

    assertEquals(
        http.sent().get(1).json().path("MessageDeduplicationId"),
        last().json().path("MessageDeduplicationId"));
  }

  @Test
  void lostThrottledAndRefusedSendsAreErrors() {
    http.losesAnswer().fails(400, "RequestThrottled").fails(400, "QueueDoesNotExist");

    for (int i = 0; i < 3; i++) {
      PortException e = assertThrows(PortException.class, () -> queue.send("g", "a", NOW));
      assertTrue(String.valueOf(e.getMessage()).startsWith("queue jobs: cannot send: "));
    }
  }

  @Test
  void receiveHidesForTheTimeAskedAndCounts() {
    http.answers("{\"Messages\":[" + message("1", "") + "]}");

    Queue.Received received = queue.receive(10, Duration.ofSeconds(90)).getFirst();

    assertEquals("r-1", received.receipt());
    assertEquals("g", received.group());
    assertEquals(3, received.receives());
    assertEquals(10, last().json().path("MaxNumberOfMessages").asInt());
    assertEquals(90, last().json().path("VisibilityTimeout").asInt());
  }

  @Test
  void delayedMessageIsHiddenUntilItsTime() {
    long now = FakeHttp.NOW.toEpochMilli();
    http.answers(
            "{\"MD5OfMessageAttributes\":\""
                + attributesMd5(now + 4_500)
                + "\","
                + accepted("b").substring(1))
        .answers("{\"Messages\":[" + message("1", notBefore(now + 4_500)) + "]}")
        .answers("{}")
        .answers("{\"Messages\":[" + message("1", notBefore(now)) + "]}");

    queue.send("", "b", Duration.ofMillis(4_500));
    assertEquals(
        Long.toString(now + 4_500),
        last().json().at("/MessageAttributes/notBefore/StringValue").asText());

    assertEquals(List.of(), queue.receive(1, Duration.ofSeconds(30)));
    assertEquals("ChangeMessageVisibility", last().operation());
    assertEquals(5, last().json().path("VisibilityTimeout").asInt());

    assertEquals(1, queue.receive(1, Duration.ofSeconds(30)).size());
  }

  @Test
  void acknowledgeDeletesAndReleaseShowsAgain() {
    http.answers("{}").answers("{}");

    queue.acknowledge("r-1");
    assertEquals("DeleteMessage", last().operation());
    assertEquals("r-1", last().json().path("ReceiptHandle").asText());

    queue.release("r-1", Duration.ofMillis(1));
    assertEquals("ChangeMessageVisibility", last().operation());
    assertEquals(1, last().json().path("VisibilityTimeout").asInt());
  }

  @Test
  void receiptThatIsOverChangesNothing() {
    http.fails(400, "ReceiptHandleIsInvalid").fails(400, "MessageNotInflight");

    queue.acknowledge("r-1");
    queue.release("r-1", NOW);
    assertEquals(3, http.sent().size());
  }

  @Test
  void lostAcknowledgementIsAnError() {
    http.losesAnswer();

    assertThrows(PortException.class, () -> queue.acknowledge("r-1"));
  }
}
