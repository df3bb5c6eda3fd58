package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private static final Duration HIDDEN = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final MemoryPorts memory = new MemoryPorts(clock);
  private final Outbox outbox = new Outbox(memory.ports());

  private List<String> drain(String queue) {
    List<String> bodies = new ArrayList<>();
    while (true) {
      List<Queue.Received> batch = memory.queue(queue).receive(10, HIDDEN);
      if (batch.isEmpty()) {
        return bodies;
      }
      batch.forEach(m -> bodies.add(m.group() + ":" + m.body()));
      batch.forEach(m -> memory.queue(queue).acknowledge(m.receipt()));
    }
  }

  @Test
  void aMessageIsSentOnceIfItsCommitIsApplied() {
    Key job = new Key("job/1", "job");
    List<Write> writes =
        List.of(Write.put(job, "{}", Condition.ABSENT), outbox.row("jobs", "1", "launch"));
    memory.table().commit(writes);
    assertEquals(List.of(), drain("jobs"));
    assertEquals(1, outbox.flush());
    assertEquals(0, outbox.flush());
    assertEquals(List.of("1:launch"), drain("jobs"));
    List<Write> again =
        List.of(Write.put(job, "{}", Condition.ABSENT), outbox.row("jobs", "1", "launch"));
    assertEquals(new Outcome.Refused(0), memory.table().commit(again));
    assertEquals(0, outbox.flush());
  }

  @Test
  void rowsOfOneCommitCanBeSentAtOnce() {
    List<Write> writes =
        List.of(
            Write.put(new Key("a", "b"), "{}"),
            outbox.row("calls", "", "one"),
            outbox.row("jobs", "", "two"));
    memory.table().commit(writes);
    assertEquals(2, outbox.flush(Outbox.rows(writes)));
    assertEquals(0, outbox.flush(Outbox.rows(writes)));
    assertEquals(0, outbox.flush());
    assertEquals(List.of(":one"), drain("calls"));
    assertEquals(List.of(":two"), drain("jobs"));
  }

  @Test
  void aGroupIsSentInTheOrderInWhichItWasMade() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      memory.table().commit(List.of(outbox.row("jobs", "g", "" + i)));
      expected.add("g:" + i);
    }
    assertEquals(150, outbox.flush());
    assertEquals(expected, drain("jobs"));
  }

  @Test
  void aQueueThatFailsHoldsUpNoOther() {
    Ports ports = memory.ports();
    Ports broken =
        new Ports(
            ports.table(),
            ports.blobs(),
            name -> {
              if (name.equals("broken")) {
                throw new PortException("no such queue: " + name);
              }
              return memory.queue(name);
            },
            ports.hosts(),
            ports.secrets(),
            clock);
    for (int i = 0; i < 40; i++) {
      memory
          .table()
          .commit(List.of(outbox.row("broken", "g" + i, "x"), outbox.row("jobs", "g" + i, "" + i)));
    }
    Outbox half = new Outbox(broken);
    PortException failure = assertThrows(PortException.class, half::flush);
    assertEquals("queues [broken] took no messages", failure.getMessage());
    assertEquals(40, drain("jobs").size());
    assertEquals(40, outbox.flush());
    assertEquals(40, drain("broken").size());
  }

  @Test
  void rowsThatCouldNeverBeSentAreRefusedWhenMade() {
    String large = "x".repeat(Table.BODY_MAX_BYTES);
    assertThrows(IllegalArgumentException.class, () -> outbox.row("jobs", "", large));
    assertThrows(IllegalArgumentException.class, () -> outbox.row("No Queue", "", "x"));
  }
}
