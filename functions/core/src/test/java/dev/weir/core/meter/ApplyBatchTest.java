package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.MeterWorld.batch;
import static dev.weir.core.meter.MeterWorld.facts;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.Fault;
import dev.weir.core.port.memory.Faults;
import dev.weir.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApplyBatchTest {

  private static final SourceName HOST = new SourceName("host", "boot");

  private final MeterWorld world = new MeterWorld();
  private final ApplyBatch apply = new ApplyBatch(world.ports);

  private long hourQuantity(Instant hour) {
    long quantity = 0;
    for (BatchRecord batch : BatchRecord.of(world.ports.table(), hour)) {
      quantity += batch.sums().stream().mapToLong(BatchRecord.Sum::quantity).sum();
    }
    return quantity;
  }

  @Test
  void duplicateBatchIsAppliedOnce() {
    assertEquals(40, apply.apply(batch(HOST, 1, 40, START)).seq());
    assertEquals(40, apply.apply(batch(HOST, 1, 40, START)).seq());

    assertEquals(40, hourQuantity(HOUR));
  }

  @Test
  void otherBoundariesCountEachFactOnce() {
    apply.apply(batch(HOST, 1, 50, START));
    assertEquals(80, apply.apply(batch(HOST, 1, 80, START)).seq());
    assertEquals(80, apply.apply(batch(HOST, 31, 60, START)).seq());
    assertEquals(100, apply.apply(batch(HOST, 61, 100, START)).seq());

    assertEquals(100, hourQuantity(HOUR));
  }

  @Test
  void aGapBetweenBatchesIsRefused() {
    apply.apply(batch(HOST, 1, 10, START));

    assertContains(
        assertThrows(ProblemException.class, () -> apply.apply(batch(HOST, 12, 20, START)))
            .getMessage(),
        "batch begins after number 11",
        "is at 10");
  }

  @Test
  void lostAnswersAndConflictsCountEachFactOnce() {
    Faults faults =
        new Faults(7, Map.of(Fault.CONFLICT, 200, Fault.LOST_AFTER, 200, Fault.LOST_BEFORE, 200));
    ApplyBatch faulty = new ApplyBatch(faults.around(world.ports));
    int next = 1;
    while (next <= 500) {
      try {
        next = (int) faulty.apply(batch(HOST, next, Math.min(500, next + 24), START)).seq() + 1;
      } catch (RuntimeException e) {
        // Nobody knows: the same facts are sent again.
      }
    }
    assertTrue(faults.seen().keySet().containsAll(List.of(Fault.LOST_AFTER, Fault.CONFLICT)));
    assertEquals(500, hourQuantity(HOUR));
  }

  @Test
  void moreSumsThanAnItemTakesAreAppliedByOneCommitInParts() {
    List<UsageFact> many = new ArrayList<>();
    for (int i = 1; i <= 2000; i++) {
      String agreement = "%064d".formatted(i);
      many.add(UsageFact.of(HOST.factKey(i), MeterWorld.usage(agreement, "c" + i, 2, START)));
    }

    assertEquals(2000, apply.apply(new UsageBatch(HOST, 0, many, Optional.empty(), false)).seq());

    assertTrue(items(HOUR) > 1);
    BatchRecord record = BatchRecord.of(world.ports.table(), HOUR).getFirst();
    assertEquals(2000, record.sums().size());
    assertEquals(2000, record.last());
    assertEquals(4000, hourQuantity(HOUR));
    world.toNextHour();
    apply.apply(new UsageBatch(HOST, 2000, List.of(), Optional.of(world.clock.instant()), true));
    world.tick();
    world.tick();
    assertEquals(4000, world.sealedQuantity());
    assertEquals(List.of(), new Recount(world.ports).hour(HOUR));
  }

  /** How many items hold the hour. */
  private int items(Instant hour) {
    return Tables.list(world.ports.table(), Table.Query.all(Keys.batches(hour))).size();
  }

  @Test
  void whatACommitCannotHoldIsLeftForTheNext() {
    List<UsageFact> hours = new ArrayList<>();
    for (int i = 1; i <= 3 * Table.WRITES_MAX; i++) {
      Instant at = START.plus(Duration.ofHours(i));
      hours.add(UsageFact.of(HOST.factKey(i), MeterWorld.usage("a1", "c" + i, 1, at)));
    }
    Cut cut = Cut.of(hours, HOUR, _ -> Optional.empty());
    assertEquals(Table.WRITES_MAX - 2, cut.taken());
    assertEquals(cut.taken(), cut.sums().size());
  }

  @Test
  void partsOfTheLargestSumsFitIntoItems() {
    List<UsageFact> largest = new ArrayList<>();
    for (int i = 1; i <= UsageBatch.FACTS_MAX; i++) {
      Usage usage =
          new Usage(
              "%064d".formatted(i),
              "%064d".formatted(i),
              "calls",
              Usage.QUANTITY_MAX,
              START.minus(Duration.ofHours(1 + i % 2)), // all of them late
              "c" + i);
      largest.add(UsageFact.of(HOST.factKey(i), usage));
    }
    Applied applied = apply.apply(new UsageBatch(HOST, 0, largest, Optional.empty(), false));
    assertEquals(UsageBatch.FACTS_MAX, applied.seq());

    Instant before = HOUR.minusSeconds(3600);
    assertTrue(items(before) > 1);
    List<BatchRecord> records = BatchRecord.of(world.ports.table(), before);
    assertEquals(1, records.size());
    assertEquals(Usage.QUANTITY_MAX, records.getFirst().sums().getFirst().quantity());
  }

  @Test
  void aClosedSourceThatIsHeardOfAgainLivesBehindTheFence() {
    apply.apply(new UsageBatch(HOST, 0, facts(HOST, 1, 2, START), Optional.of(START), true));
    apply.apply(new UsageBatch(HOST, 0, facts(HOST, 1, 2, START), Optional.of(START), true));
    assertEquals(Source.State.CLOSED, new Sources(world.ports).find(HOST).orElseThrow().state());
    world.toNextHour();
    world.tick();

    apply.apply(batch(HOST, 3, 4, START));

    assertEquals(2, hourQuantity(HOUR));
    assertEquals(2, hourQuantity(HOUR.plus(Duration.ofHours(1))));
    Source alive = new Sources(world.ports).find(HOST).orElseThrow();
    assertEquals(Source.State.LIVE, alive.state());
    assertEquals(HOUR.plus(Duration.ofHours(1)), alive.fence());
  }

  @Test
  void factsThatBreakARuleAreKeptAsideAndHoldUpNothing() {
    List<UsageFact> mixed = new ArrayList<>(facts(HOST, 1, 2, START));
    Usage unknown = new Usage("a1", "feishu-cn", "no-such-meter", 1, START, "c3");
    mixed.add(UsageFact.of(HOST.factKey(3), unknown));
    Instant future = START.plus(FactCheck.AHEAD_MAX).plusSeconds(1);
    mixed.add(UsageFact.of(HOST.factKey(4), MeterWorld.usage("a1", "c4", 1, future)));
    mixed.addAll(facts(HOST, 5, 6, START));

    assertEquals(6, apply.apply(new UsageBatch(HOST, 0, mixed, Optional.empty(), false)).seq());

    assertEquals(4, hourQuantity(HOUR));
    assertEquals(1, world.incidents().size());
    Incident incident = world.incidents().getFirst();
    assertEquals(Incident.Kind.REFUSED_FACTS, incident.kind());
    assertContains(incident.detail(), "2 facts refused", "unknown meter no-such-meter");
    Archive archive = new Archive(world.ports.blobs());
    assertEquals(2, archive.read(incident.subject()).orElseThrow().size());
  }

  @Test
  void hotItemsStayBelowOneKilobyte() {
    for (int i = 0; i < 200; i++) {
      apply.apply(batch(HOST, i * 10 + 1, i * 10 + 10, START));
    }
    List<Item> hot = new ArrayList<>();
    hot.add(world.ports.table().get(Keys.source(HOST.id())).orElseThrow());
    hot.add(world.ports.table().get(Keys.gate()).orElseThrow());
    hot.addAll(Tables.list(world.ports.table(), Table.Query.all(Keys.batches(HOUR))));
    assertEquals(202, hot.size());
    for (Item item : hot) {
      int bytes = Json.write(item).getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes < 1024, item.key() + " has " + bytes + " B");
    }
  }

  @Test
  void quantitiesOutOfRangeAreNamed() {
    assertEquals(
        "quantity -1 not in 0..1000000000000 (meter calls)",
        assertThrows(RuntimeException.class, () -> MeterWorld.usage("a1", "c", -1, START))
            .getMessage());
    assertContains(
        assertThrows(
                RuntimeException.class, () -> MeterWorld.usage("a1", "c", Long.MAX_VALUE, START))
            .getMessage(),
        "not in 0..1000000000000");
    assertContains(
        assertThrows(RuntimeException.class, () -> MeterWorld.usage("a/1", "c", 1, START))
            .getMessage(),
        "agreement id \"a/1\"");
  }

  @Test
  void sumsThatOverflowAreRefused() {
    HourSum.Of of = new HourSum.Of("a", "c", "m", HOUR);
    HourSum sum = new HourSum(of, Long.MAX_VALUE, 1);

    assertThrows(ArithmeticException.class, () -> sum.plus(1, 1));
  }
}
