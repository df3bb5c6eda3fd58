package dev.weir.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class EventsTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final Ports ports = MemoryPorts.create(clock);
  private final Events events = new Events(ports);

  @Test
  void eventIsStoredAndAnnouncedOnce() {
    assertEquals(Events.Stored.NEW, events.store(message("in:1")));
    assertEquals(Events.Stored.REPEATED, events.store(message("in:1")));
    List<Queue.Received> told = receive();
    assertEquals(1, told.size());
    EventPointer pointer = Json.read(told.getFirst().body(), EventPointer.class);
    assertEquals(new EventPointer("slack-emea", "in:1"), pointer);
    assertEquals(Optional.of(message("in:1")), events.read(pointer));
  }

  @Test
  void eventWhosePointerWasLostIsAnnouncedAtTheNextRedelivery() {
    boolean[] broken = {true};
    Function<String, Queue> queues =
        name -> {
          if (broken[0]) {
            throw new PortException("the queue is down");
          }
          return ports.queue(name);
        };
    Events fragile =
        new Events(
            new Ports(ports.table(), ports.blobs(), queues, ports.hosts(), ports.secrets(), clock));
    assertThrows(PortException.class, () -> fragile.store(message("in:1")));
    broken[0] = false;
    assertEquals(Events.Stored.REPEATED_UNANNOUNCED, fragile.store(message("in:1")));
    assertEquals(Events.Stored.REPEATED, fragile.store(message("in:1")));
    assertEquals(1, receive().size());
  }

  @Test
  void messagesOfOneConversationKeepTheirOrder() {
    events.store(message("in:1"));
    events.store(message("in:2"));
    assertEquals(1, receive().size(), "one group has one message in flight");
  }

  @Test
  void eventIsForgottenAfterItsRetention() {
    events.store(message("in:1"));
    clock.advance(Events.RETENTION.plusSeconds(1));
    assertEquals(Optional.empty(), events.read(new EventPointer("slack-emea", "in:1")));
  }

  @Test
  void everyKindOfEventSurvivesItsJson() {
    List<ChannelEvent> all =
        List.of(
            message("a"),
            new ChannelEvent.Onboard(
                "c", "b", NOW, "T1", "Acme", List.of("x"), Map.of(), Optional.of("00")),
            new ChannelEvent.EntitlementChanged("c", "d", NOW, "T1", Map.of("k", "v")),
            new ChannelEvent.Cancelled("c", "e", NOW, "T1", Optional.empty()),
            new ChannelEvent.Feedback("c", "f", NOW, "T1", "call", -1, "no"),
            new ChannelEvent.Erasure("c", "g", NOW, "T1", ""),
            new ChannelEvent.Delivered(
                "c", "h", NOW, "T1", "call", new Receipt.Sent("r"), Map.of("messages", 1L)),
            new ChannelEvent.Reported(
                "c",
                "i",
                NOW,
                List.of(
                    new LineAck.Accepted("l1", ""),
                    new LineAck.Duplicate("l2", LineAck.Sameness.UNKNOWN),
                    new LineAck.Rejected("l3", "CODE", "why", true)),
                2),
            new ChannelEvent.Settled("c", "j", NOW, "s", new Receipt.Rejected("CODE", "why")));
    for (ChannelEvent event : all) {
      String json = Json.write(event);
      assertTrue(json.contains("\"type\":"), json);
      assertEquals(event, Json.read(json, ChannelEvent.class));
    }
  }

  @Test
  void reportTasksSurviveTheirJsonAndKeepTheirLimits() {
    ReportTask report =
        new ReportTask.Report(List.of(new ReportTask.Line("l", "T1", "messages", NOW, 3, 0)), 1);
    assertEquals(report, Json.read(Json.write(report), ReportTask.class));
    assertThrows(IllegalArgumentException.class, () -> new ReportTask.Report(List.of(), 1));
  }

  private List<Queue.Received> receive() {
    return ports.queue(Queues.CHANNEL_EVENTS).receive(10, Duration.ofSeconds(30));
  }

  private static ChannelEvent message(String key) {
    return new ChannelEvent.Message(
        "slack-emea", key, NOW, "T1", "C1/171", "U1", "hello", Map.of("thread", "171"));
  }
}
