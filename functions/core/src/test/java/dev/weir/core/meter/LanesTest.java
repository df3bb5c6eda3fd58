package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanesTest {

  private final MeterWorld world = new MeterWorld();
  private final Facts facts = new Facts(world.ports);

  private static UsageFact fact(int call) {
    return UsageFact.ofCall(MeterWorld.usage("a1", "call-" + call, 1, START));
  }

  private void put(int from, int to) {
    for (int i = from; i <= to; i++) {
      assertTrue(world.ports.table().commit(facts.writes(fact(i))).applied());
    }
  }

  private long rows() {
    long rows = 0;
    for (int lane = 0; lane < Facts.LANES; lane++) {
      rows += Tables.list(world.ports.table(), Table.Query.all(Keys.lane(lane))).size();
    }
    return rows;
  }

  private long sealed() {
    world.toNextHour();
    world.tick();
    return world.sealedQuantity();
  }

  @Test
  void factsOfCallRowsAreCountedOnceAndTheLanesAreEmpty() {
    put(1, 300);
    assertEquals(300, new Lanes(world.ports).drain());
    assertEquals(0, new Lanes(world.ports).drain());

    assertEquals(0, rows());
    assertEquals(300, sealed());
  }

  @Test
  void aFactOfTheSameCallIsRefusedWhileItLiesInTheLane() {
    put(1, 1);
    assertEquals(new Outcome.Refused(0), world.ports.table().commit(facts.writes(fact(1))));
  }

  @Test
  void aFactThatIsWrittenOnceStaysCountedOnceAfterItsLaneWasDrained() {
    world.ports.table().commit(facts.once(fact(1)));
    new Lanes(world.ports).drain();

    assertEquals(new Outcome.Refused(1), world.ports.table().commit(facts.once(fact(1))));
    assertEquals(1, sealed());
  }

  @Test
  void aZeroFactIsNothing() {
    Usage zero = new Usage("a1", "feishu-cn", "calls", 0, START, "c");
    assertTrue(facts.writes(UsageFact.ofCall(zero)).isEmpty());
    assertTrue(facts.once(UsageFact.ofCall(zero)).isEmpty());
  }

  private static List<UsageFact> call(int number, String... agreements) {
    List<UsageFact> facts = new ArrayList<>();
    for (String agreement : agreements) {
      facts.add(UsageFact.ofCall(MeterWorld.usage(agreement, "call-" + number, 1, START)));
    }
    return facts;
  }

  @Test
  void factsOfACallAreOneRowThatIsDeletedWholeThoughOneOfThemIsRefused() {
    List<UsageFact> mixed = new ArrayList<>(call(1, "a1", "a2"));
    mixed.add(UsageFact.ofCall(new Usage("a1", "feishu-cn", "no-such-meter", 1, START, "call-1")));
    for (List<UsageFact> row : List.of(mixed, mixed.reversed())) {
      assertTrue(world.ports.table().commit(facts.writes(row)).applied());
      assertEquals(1, rows());
      assertEquals(3, new Lanes(world.ports).drain());
      assertEquals(0, new Lanes(world.ports).drain());
      assertEquals(0, rows());
    }
    assertEquals(4, sealed());
  }

  @Test
  void aRowThatDoesNotFitIntoTheCommitIsLeftWhole() {
    int hours = 8 * Table.WRITES_MAX;
    for (int hour = 0; hour < hours; hour += 8) {
      List<UsageFact> row = new ArrayList<>();
      for (int i = hour; i < hour + 8; i++) {
        Usage usage =
            new Usage("a1", "feishu-cn", "calls", 1, START.plus(Duration.ofHours(i)), "call");
        row.add(UsageFact.of("fact-%04d".formatted(i), usage));
      }
      assertTrue(world.ports.table().commit(facts.writes(row)).applied());
    }

    assertEquals(hours, new Lanes(world.ports, _ -> Optional.empty()).drain());

    assertEquals(0, rows());
    for (int i = 0; i < hours; i++) {
      Instant hour = Hours.of(START.plus(Duration.ofHours(i)));
      long count =
          BatchRecord.of(world.ports.table(), hour).stream()
              .flatMap(record -> record.sums().stream())
              .mapToLong(BatchRecord.Sum::count)
              .sum();
      assertEquals(1, count, "hour " + i);
    }
  }

  @Test
  void moreFactsThanARowTakesAreRefused() {
    List<UsageFact> many = Collections.nCopies(Facts.ROW_FACTS_MAX + 1, fact(1));
    assertThrows(IllegalArgumentException.class, () -> facts.writes(many));
  }

  @Test
  void aCrashAtAnyStepLosesAndDoublesNothing() {
    for (long step = 1; ; step++) {
      MeterWorld fresh = new MeterWorld();
      Facts put = new Facts(fresh.ports);
      for (int i = 0; i < 20; i += 2) {
        fresh.ports.table().commit(put.writes(List.of(fact(i), fact(i + 1))));
      }
      Faults faults = Faults.none();
      faults.crashAt(step);
      Ports crashing = faults.around(fresh.ports);
      boolean ended = false;
      try {
        new Lanes(crashing).drain();
        ended = true;
      } catch (Crash e) {
        faults.restart();
      }
      fresh.ports.table().commit(put.writes(fact(20))); // meanwhile
      new Lanes(fresh.ports).drain();
      fresh.toNextHour();
      fresh.tick();
      assertEquals(21, fresh.sealedQuantity(), "crash at step " + step);
      if (ended) {
        assertTrue(step > 20);
        return;
      }
    }
  }

  @Test
  void twoDrainsAtOnceCountOnce() {
    put(1, 50);
    boolean[] raced = {false};
    InterposedTable table =
        new InterposedTable(
            world.ports.table(),
            writes -> {
              boolean applies =
                  writes.stream().anyMatch(w -> w.key().partition().startsWith("batch/"));
              if (applies && !raced[0]) {
                raced[0] = true;
                new Lanes(world.ports).drain();
              }
            });
    new Lanes(table.in(world.ports)).drain();

    assertTrue(raced[0]);
    assertEquals(50, sealed());
  }

  @Test
  void aMissingArchiveHoldsTheLaneRatherThanCountingTwice() throws Exception {
    put(1, 1);
    boolean[] dropped = {false};
    InterposedTable table =
        new InterposedTable(
            world.ports.table(),
            writes -> {
              boolean cleans =
                  writes.stream().anyMatch(w -> w.key().partition().startsWith("lane/"));
              if (cleans && !dropped[0]) {
                dropped[0] = true;
                throw new PortException("injected");
              }
            });
    assertThrows(PortException.class, () -> new Lanes(table.in(world.ports)).drain());
    List<String> blobs = world.ports.blobs().list("facts/", "", 10);
    assertEquals(1, blobs.size());
    world.ports.blobs().delete(blobs.getFirst());

    assertContains(
        assertThrows(RuntimeException.class, () -> new Lanes(world.ports).drain()).getMessage(),
        blobs.getFirst(),
        "missing");
  }
}
