package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.port.Postpone;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QueueHandlerTest {

  private static final Duration VISIBILITY = Duration.ofMinutes(2);

  private final Deployment weir = new Deployment();
  private final Queue queue = weir.ports.queue(Queues.CALLS);
  private final List<String> worked = new ArrayList<>();

  /** A message is a number of seconds to come again after, or is done with. */
  private final QueueHandler handler =
      new QueueHandler(queue) {
        @Override
        void work(String body) {
          worked.add(body);
          if (body.equals("fail")) {
            throw new IllegalStateException("a defect");
          }
          if (!body.equals("done")) {
            throw new Later("early", Optional.of(Duration.ofSeconds(Long.parseLong(body))));
          }
        }
      };

  private List<String> pump(QueueHandler consumer) {
    List<SQSEvent.SQSMessage> messages = new ArrayList<>();
    for (Queue.Received received : queue.receive(Queue.RECEIVE_MAX, VISIBILITY)) {
      SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
      message.setMessageId(received.id());
      message.setReceiptHandle(received.receipt());
      message.setBody(received.body());
      message.setAttributes(Map.of("MessageGroupId", received.group()));
      messages.add(message);
    }
    SQSEvent event = new SQSEvent();
    event.setRecords(messages);
    return consumer.handleRequest(event, null).getBatchItemFailures().stream()
        .map(failure -> failure.getItemIdentifier())
        .toList();
  }

  @Test
  void messageComesAgainWhenItsHandlerSaid() {
    queue.send("", "7", Duration.ZERO);
    assertEquals(1, pump(handler).size());
    weir.clock.advance(Duration.ofSeconds(7).minusMillis(1));
    pump(handler);
    assertEquals(List.of("7"), worked);
    weir.clock.advance(Duration.ofMillis(1));
    pump(handler);
    assertEquals(List.of("7", "7"), worked);
  }

  @Test
  void longestWaitHasALimit() {
    queue.send("", "86400", Duration.ZERO);
    pump(handler);
    weir.clock.advance(Postpone.MAX);
    pump(handler);
    assertEquals(2, worked.size());
  }

  @Test
  void failureWithoutATimeIsLeftToTheQueue() {
    queue.send("", "fail", Duration.ZERO);
    assertEquals(1, pump(handler).size());
    weir.clock.advance(VISIBILITY.minusMillis(1));
    pump(handler);
    assertEquals(1, worked.size());
  }

  @Test
  void callThatHasNoRowYetComesAgainAfterASecond() {
    queue.send("", "{\"callId\":\"none\"}", Duration.ZERO);
    CallsQueue calls = new CallsQueue(weir.ports);
    assertEquals(1, pump(calls).size());
    weir.clock.advance(Duration.ofSeconds(1));
    assertEquals(1, pump(calls).size());
  }
}
