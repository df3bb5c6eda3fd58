package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.Receipt;
import dev.weir.core.json.Json;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Measuring;
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
            "call-" + key, binding, "C1", "answer", Map.of(), true, true, 3, 4, key));
  }
}
