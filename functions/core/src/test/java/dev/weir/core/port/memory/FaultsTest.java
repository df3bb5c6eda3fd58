package dev.weir.core.port.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Write;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final Duration HIDDEN = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final MemoryPorts memory = new MemoryPorts(clock);

  /** A little of everything; what became of each call. */
  private static List<String> exercise(Ports ports, int rounds) {
    List<String> results = new ArrayList<>();
    Hosts.Resources small = new Hosts.Resources(1, 1, 0);
    for (int i = 0; i < rounds; i++) {
      int n = i;
      results.add(result(() -> "" + ports.table().commit(List.of(add("n")))));
      results.add(result(() -> "" + ports.table().get(new Key("p", "n")).map(Item::version)));
      results.add(result(() -> send(ports.queue("q"), "", "m" + n)));
      results.add(result(() -> ports.queue("q").receive(10, HIDDEN).size() + " received"));
      results.add(
          result(() -> "" + ports.blobs().putContent(new ByteArrayInputStream(new byte[n]))));
      Hosts.Launch launch =
          new Hosts.Launch("j" + n, "i", List.of(), Map.of(), small, Duration.ofHours(1));
      results.add(result(() -> ports.hosts().launch(launch)));
      results.add(result(() -> ports.secrets().get("s").orElse("none")));
    }
    return results;
  }

  private interface Call {
    String run() throws Exception;
  }

  private static String result(Call call) {
    try {
      return call.run();
    } catch (Exception e) {
      return e.getMessage();
    }
  }

  private static String send(Queue queue, String group, String body) {
    queue.send(group, body, Duration.ZERO);
    return "sent";
  }

  private static Write add(String sort) {
    return Write.add(new Key("p", sort), Map.of("n", 1L));
  }

  @Test
  void everyFaultHappensAndTheSameSeedRepeatsThem() {
    Faults faults = Faults.all(42, 150);
    List<String> first = exercise(faults.around(memory.ports()), 200);
    assertEquals(Set.of(Fault.values()), faults.seen().keySet());
    Faults again = Faults.all(42, 150);
    assertEquals(first, exercise(again.around(new MemoryPorts(clock).ports()), 200));
    assertEquals(faults.seen(), again.seen());
    Faults other = Faults.all(43, 150);
    assertTrue(!first.equals(exercise(other.around(new MemoryPorts(clock).ports()), 200)));
  }

  @Test
  void withoutFaultsNothingChanges() {
    List<String> plain = exercise(new MemoryPorts(clock).ports(), 20);
    assertEquals(plain, exercise(Faults.none().around(memory.ports()), 20));
  }

  @Test
  void anUnknownCommitHappenedWhollyOrNotAtAll() {
    Faults faults = Faults.all(7, 250);
    Ports ports = faults.around(memory.ports());
    int applied = 0;
    int unknown = 0;
    for (int i = 0; i < 400; i++) {
      Key receipt = new Key("receipts", "r" + i);
      Write put = Write.put(receipt, "{}", Condition.ABSENT);
      Outcome outcome = ports.table().commit(List.of(add("sum"), put));
      boolean there = memory.table().get(receipt).isPresent();
      switch (outcome) {
        case Outcome.Applied _ -> assertTrue(there);
        case Outcome.Conflict _, Outcome.Refused _ -> assertTrue(!there);
        case Outcome.Unknown _ -> unknown++;
      }
      applied += there ? 1 : 0;
    }
    assertTrue(unknown > 50, "unknown " + unknown);
    assertEquals(applied, memory.table().get(new Key("p", "sum")).orElseThrow().counter("n"));
  }

  @Test
  void noMessageIsLostAndGroupsStayInOrder() {
    Faults faults = Faults.all(9, 200);
    Queue queue = faults.around(memory.ports()).queue("q");
    Map<String, Integer> sent = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      for (String group : List.of("", "a", "b")) {
        sendUntilAnswered(queue, group, "" + i);
        sent.merge(group, 1, Integer::sum);
      }
    }
    Map<String, List<Integer>> received = new HashMap<>();
    for (int idle = 0; idle < 20; clock.advance(HIDDEN)) {
      List<Queue.Received> batch = queue.receive(10, HIDDEN);
      idle = batch.isEmpty() ? idle + 1 : 0;
      for (Queue.Received message : batch) {
        received
            .computeIfAbsent(message.group(), _ -> new ArrayList<>())
            .add(Integer.valueOf(message.body()));
        result(() -> {
          queue.acknowledge(message.receipt());
          return "";
        });
      }
    }
    sent.forEach((group, count) -> assertEquals(count, distinct(received.get(group)), group));
    assertTrue(received.get("").size() > 60, "no duplicates");
    assertTrue(!received.get("").stream().sorted().toList().equals(received.get("")));
    for (String group : List.of("a", "b")) {
      assertEquals(received.get(group).stream().sorted().toList(), received.get(group));
    }
  }

  private static int distinct(List<Integer> numbers) {
    return new HashSet<>(numbers).size();
  }

  private static void sendUntilAnswered(Queue queue, String group, String body) {
    while (!result(() -> send(queue, group, body)).equals("sent")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aCrashComesAtItsStepAndLastsUntilTheRestart() {
    Faults faults = Faults.none();
    Ports ports = faults.around(memory.ports());
    faults.crashAt(1);
    assertThrows(Crash.class, () -> ports.table().commit(List.of(add("x"))));
    assertThrows(Crash.class, () -> ports.queue("q").depth());
    faults.restart();
    assertTrue(memory.table().get(new Key("p", "x")).isEmpty());
    faults.crashAt(faults.steps() + 2);
    assertThrows(Crash.class, () -> ports.table().commit(List.of(add("x"))));
    faults.restart();
    assertTrue(memory.table().get(new Key("p", "x")).isPresent(), "it was done before the crash");
    ports.table().commit(List.of(add("x")));
    assertEquals(2, memory.table().get(new Key("p", "x")).orElseThrow().counter("n"));
  }

  @Test
  void afterCalmThereAreNoFaults() {
    Faults faults = Faults.all(3, 1000);
    Ports ports = faults.around(memory.ports());
    assertThrows(PortException.class, () -> ports.table().get(new Key("p", "s")));
    faults.calm();
    assertEquals(new Outcome.Applied(), ports.table().commit(List.of(add("s"))));
    assertEquals(1, ports.table().get(new Key("p", "s")).orElseThrow().version());
  }
}
