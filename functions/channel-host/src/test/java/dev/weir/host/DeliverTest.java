package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.PluginState;
import dev.weir.core.channel.Receipt;
import dev.weir.core.json.Json;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Measuring;
import dev.weir.spi.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeliverTest {

  private final Probe probe = new Probe();

  DeliverTest() {
    new Bindings(probe.ports)
        .put(new ChannelBinding(Probe.ID, "T1", "Acme", List.of("old"), Map.of(), Probe.NOW));
  }

  @Test
  void deliveredReplyIsMeasuredOnce() {
    assertEquals(List.of(), failed(run(1, "g", task("k1", "T1"))));
    var event = assertInstanceOf(ChannelEvent.Delivered.class, probe.told().getFirst());
    assertEquals(Map.of("messages", 1L), event.quantities());
    assertEquals(new Receipt.Sent("remote"), event.receipt());
    assertEquals("call-k1", event.callId());
  }

  @Test
  void messageThatComesTwiceIsDeliveredAndCountedOnce() {
    run(1, "g", task("k1", "T1"));
    run(2, "g", task("k1", "T1"));
    assertEquals(List.of("k1"), probe.deliveries);
    assertEquals(1, probe.told().size());
  }

  @Test
  void replyFindsItsBindingByAlias() {
    run(1, "g", task("k1", "old"));
    assertEquals(List.of("k1"), probe.deliveries);
  }

  @Test
  void whatMayWorkLaterComesBackAndHoldsUpItsGroupOnly() {
    probe.deliver =
        reply ->
            switch (reply.callId()) {
              case "call-a1" ->
                  new dev.weir.spi.Receipt.Deferred(Probe.NOW.plusSeconds(5), "throttled");
              case "call-b1" -> throw new ChannelException(ErrorCode.UNAVAILABLE, "down");
              default -> new dev.weir.spi.Receipt.Sent("");
            };
    SQSBatchResponse response =
        run(
            1,
            "a",
            task("a1", "T1"),
            "a",
            task("a2", "T1"),
            "b",
            task("b1", "T1"),
            "c",
            task("c1", "T1"));
    assertEquals(List.of("m0", "m1", "m2"), failed(response));
    assertEquals(List.of("a1", "b1", "c1"), probe.deliveries);
    assertEquals(1, probe.told().size());
  }

  @Test
  void whatIsPutOffComesBackAtTheTimeThatTheOtherSideNamed() {
    probe.deliver =
        reply ->
            switch (reply.callId()) {
              case "call-a1" ->
                  new dev.weir.spi.Receipt.Deferred(Probe.NOW.plusSeconds(40), "throttled");
              default -> throw new ChannelException(ErrorCode.THROTTLED, "slow down", 90_000, null);
            };
    Queue queue = probe.ports.queue(Queues.deliver(Probe.ID));
    queue.send("a", task("a1", "T1"), Duration.ZERO);
    queue.send("b", task("b1", "T1"), Duration.ZERO);
    List<Queue.Received> received = queue.receive(10, Duration.ofMinutes(3));
    SQSEvent event = Requests.queue(1, "a", received.get(0).body(), "b", received.get(1).body());
    for (int i = 0; i < 2; i++) {
      event.getRecords().get(i).setReceiptHandle(received.get(i).receipt());
    }
    SQSBatchResponse response = new Deliver(probe.ports, probe.open()).handleRequest(event, null);
    assertEquals(List.of("m0", "m1"), failed(response));
    probe.clock.advance(Duration.ofSeconds(39));
    assertEquals(0, queue.depth().visible());
    probe.clock.advance(Duration.ofSeconds(1));
    assertEquals("a", queue.receive(10, Duration.ofMinutes(3)).getFirst().group());
    probe.clock.advance(Duration.ofSeconds(50));
    assertEquals("b", queue.receive(10, Duration.ofMinutes(3)).getFirst().group());
  }

  @Test
  void wordsOfOursAreDeliveredAndNotCounted() {
    String notice =
        Json.write(
            new dev.weir.core.channel.Deliver(
                "call", "T1", "C1", "sorry", Map.of(), false, false, 0, 0, true, "k1"));
    assertEquals(List.of(), failed(run(1, "g", notice)));
    var event = assertInstanceOf(ChannelEvent.Delivered.class, probe.told().getFirst());
    assertEquals(new Receipt.Sent("remote"), event.receipt());
    assertEquals(Map.of(), event.quantities());
  }

  @Test
  void fullStateIsALimitAndTheReplyComesAgain() {
    PluginState state = new PluginState(probe.ports, Probe.ID);
    for (int i = 0; i < PluginState.ENTRIES_MAX; i++) {
      state.putIfAbsent("k" + i, "", Probe.NOW.plusSeconds(60));
    }
    State own = probe.context().state();
    probe.deliver =
        reply -> {
          own.put("one-more", "", Probe.NOW.plusSeconds(60));
          return new dev.weir.spi.Receipt.Sent("");
        };
    ChannelException full =
        assertThrows(ChannelException.class, () -> own.put("x", "", Probe.NOW.plusSeconds(1)));
    assertEquals(ErrorCode.STATE_FULL, full.code());
    assertEquals(List.of("m0"), failed(run(1, "g", task("k1", "T1"))));
    probe.clock.advance(Duration.ofSeconds(60));
    assertEquals(List.of(), failed(run(2, "g", task("k1", "T1"))));
    assertEquals(1, probe.told().size());
  }

  @Test
  void whatNeverWorksEndsAsRejectedWithoutQuantities() {
    probe.deliver =
        reply ->
            switch (reply.callId()) {
              case "call-a" ->
                  new dev.weir.spi.Receipt.Rejected(ErrorCode.NOT_FOUND, "channel is archived");
              case "call-b" -> throw new ChannelException(ErrorCode.UNAUTHORIZED, "revoked");
              default -> throw new IllegalStateException("bug");
            };
    assertEquals(
        List.of(),
        failed(
            run(
                1,
                "1",
                task("a", "T1"),
                "2",
                task("b", "T1"),
                "3",
                task("c", "T1"),
                "4",
                task("d", "nobody"))));
    List<String> codes =
        probe.told().stream()
            .map(ChannelEvent.Delivered.class::cast)
            .peek(event -> assertTrue(event.quantities().isEmpty()))
            .map(event -> ((Receipt.Rejected) event.receipt()).code())
            .sorted()
            .toList();
    assertEquals(List.of("INTERNAL", "NOT_BOUND", "NOT_FOUND", "UNAUTHORIZED"), codes);
  }

  @Test
  void meterThatIsNotDeclaredIsNotCounted() {
    probe.measure = completion -> List.of(new Measuring.Quantity("undeclared", 1));
    assertEquals(List.of("m0"), failed(run(1, "g", task("k1", "T1"))));
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void meterThatIsNoSumIsCountedOnceInACallAndAtZero() {
    probe.measure = completion -> List.of(new Measuring.Quantity("seats", 0));
    assertEquals(List.of(), failed(run(1, "g", task("k1", "T1"))));
    var event = assertInstanceOf(ChannelEvent.Delivered.class, probe.told().getFirst());
    assertEquals(Map.of("seats", 0L), event.quantities());

    probe.measure =
        completion ->
            List.of(new Measuring.Quantity("seats", 3), new Measuring.Quantity("seats", 4));
    assertEquals(List.of("m0"), failed(run(1, "g", task("k2", "T1"))));
  }

  @Test
  void messageThatCannotBeReadGoesTowardsTheDeadLetters() {
    assertEquals(List.of("m0"), failed(run(1, "g", "{")));
  }

  private SQSBatchResponse run(int receives, String... groupsAndBodies) {
    SQSEvent event = Requests.queue(receives, groupsAndBodies);
    return new Deliver(probe.ports, probe.open()).handleRequest(event, null);
  }

  private static List<String> failed(SQSBatchResponse response) {
    return response.getBatchItemFailures().stream()
        .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .toList();
  }

  private static String task(String key, String binding) {
    return Json.write(
        new dev.weir.core.channel.Deliver(
            "call-" + key, binding, "C1", "answer", Map.of(), true, true, 3, 4, false, key));
  }
}
