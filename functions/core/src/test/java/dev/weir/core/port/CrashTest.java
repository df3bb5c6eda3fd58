package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Idempotency.Fresh;
import dev.weir.core.port.Idempotency.Replay;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A request that does work, tells a queue, and is answered; a consumer that counts what it was
 * told. Whatever fails, wherever the process ends: done once, told, counted once.
 */
class CrashTest {

  private static final Key WORK = new Key("work", "1");
  private static final Key COUNT = new Key("count", "all");

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final MemoryPorts memory = new MemoryPorts(clock);

  /** One run of the process: a client's request, the sweep, the consumer. */
  private static Optional<String> run(Ports ports) {
    Outbox outbox = new Outbox(ports);
    Optional<String> answer = request(ports, outbox);
    outbox.flush();
    consume(ports);
    return answer;
  }

  private static Optional<String> request(Ports ports, Outbox outbox) {
    Idempotency idempotency = new Idempotency(ports);
    return switch (idempotency.begin("client", "POST /work", "key", "body")) {
      case Fresh fresh -> {
        List<Write> writes =
            List.of(
                Write.add(WORK, Map.of("done", 1L)),
                outbox.row("calls", "group", "work-1"),
                idempotency.completion(fresh.ticket(), 200, "done"));
        Outcome outcome = Tables.commit(ports.table(), writes);
        if (outcome.applied()) {
          outbox.flush(Outbox.rows(writes));
        }
        yield outcome.applied() ? Optional.of("done") : Optional.empty();
      }
      case Replay replay -> Optional.of(replay.body());
      case Idempotency.InProgress _, Idempotency.Mismatch _ -> Optional.empty();
    };
  }

  private static void consume(Ports ports) {
    Queue queue = ports.queue("calls");
    for (Queue.Received message : queue.receive(10, Duration.ofSeconds(30))) {
      Write seen = Write.put(new Key("seen", message.body()), "{}", Condition.ABSENT);
      Outcome outcome =
          Tables.commit(ports.table(), List.of(seen, Write.add(COUNT, Map.of("n", 1L))));
      if (outcome.applied() || outcome instanceof Outcome.Refused) {
        queue.acknowledge(message.receipt());
      }
    }
  }

  private void checkDoneOnce() {
    assertEquals(1, memory.table().get(WORK).orElseThrow().counter("done"));
    assertEquals(1, memory.table().get(COUNT).orElseThrow().counter("n"));
    assertEquals(new Queue.Depth(0, 0, 0, 0), memory.queue("calls").depth());
  }

  @Test
  void aCrashAtAnyStepLosesNothingAndDoublesNothing() {
    Faults counting = Faults.none();
    run(counting.around(MemoryPorts.create(clock)));
    assertTrue(counting.steps() > 20, "steps " + counting.steps());
    for (long step = 1; step <= counting.steps(); step++) {
      new CrashTest().crashAt(step);
    }
  }

  private void crashAt(long step) {
    Faults faults = Faults.none();
    Ports ports = faults.around(memory.ports());
    faults.crashAt(step);
    try {
      run(ports);
    } catch (Crash e) {
      faults.restart();
    }
    clock.advance(Idempotency.LEASE);
    assertEquals(Optional.of("done"), run(ports), "after a crash at step " + step);
    consume(ports); // a message sent twice is received twice
    checkDoneOnce();
  }

  @Test
  void faultsOfEveryKindLoseNothingAndDoubleNothing() {
    for (int seed = 0; seed < 60; seed++) {
      new CrashTest().faults(seed);
    }
  }

  private void faults(int seed) {
    Faults faults = Faults.all(seed, 250);
    Ports ports = faults.around(memory.ports());
    for (int i = 0; i < 30; i++) {
      if (i == 20) {
        faults.calm();
      }
      try {
        run(ports);
      } catch (PortException e) {
        assertTrue(i < 20, "failed though calm");
      }
      clock.advance(Idempotency.LEASE);
    }
    checkDoneOnce();
  }
}
