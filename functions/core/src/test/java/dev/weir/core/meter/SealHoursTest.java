package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.MeterWorld.batch;
import static dev.weir.core.meter.MeterWorld.facts;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealHoursTest {

  private static final SourceName HOST = new SourceName("host", "boot");
  private static final SourceName OTHER = new SourceName("other", "boot");

  private final MeterWorld world = new MeterWorld();
  private final ApplyBatch apply = new ApplyBatch(world.ports);

  @Test
  void anHourIsSealedWhenEveryLiveSourceHasPassedIt() {
    apply.apply(batch(HOST, 1, 5, START));
    apply.apply(batch(OTHER, 1, 3, START));
    world.toNextHour();
    world.pass(HOST, 5);
    new Lanes(world.ports).drain();
    new SealHours(world.ports).run();
    assertTrue(world.sealed().isEmpty());

    world.pass(OTHER, 3);
    world.tick();

    assertEquals(1, world.sealed().size());
    SealedHour hour = world.sealed().getFirst();
    assertEquals(HOUR, hour.hour());
    assertEquals(8, hour.quantity());
    assertEquals(8, hour.count());
  }

  @Test
  void anHourStaysOpenForItsGrace() {
    apply.apply(batch(HOST, 1, 5, START));
    world.clock.set(HOUR.plus(Duration.ofMinutes(64)));
    world.pass(HOST, 5);
    world.tick();
    assertTrue(world.sealed().isEmpty());

    world.clock.set(HOUR.plus(Duration.ofMinutes(65)));
    world.pass(HOST, 5);
    world.tick();
    assertEquals(1, world.sealed().size());
  }

  @Test
  void aLateFactIsADeltaInALaterHourAndTheSealedHourNeverChanges() {
    apply.apply(batch(HOST, 1, 5, START));
    world.toNextHour();
    world.pass(HOST, 5);
    world.tick();
    SealedHour before = world.sealed().getFirst();

    apply.apply(batch(HOST, 6, 8, START));
    world.toNextHour();
    world.pass(HOST, 8);
    world.tick();

    List<SealedHour> sealed = world.sealed();
    assertEquals(before, sealed.getFirst());
    assertEquals(HOUR.plus(Duration.ofHours(1)), sealed.get(1).hour());
    assertEquals(3, sealed.get(1).quantity());
    List<FactTrail.Step> steps = new FactTrail(world.ports).walk(sealed.get(1));
    assertEquals(1, steps.size());
    assertEquals(3, steps.getFirst().sum().late());
    for (UsageFact fact : steps.getFirst().facts()) {
      assertEquals(START, fact.at()); // its own time
    }
  }

  @Test
  void aFactForASumThatHadNoItemWhenItsHourWasSealedIsNotLost() {
    world.pass(HOST, 0);
    world.toNextHour();
    world.pass(HOST, 0);
    world.tick();

    apply.apply(batch(HOST, 1, 4, START)); // nothing was ever counted in that hour
    world.toNextHour();
    world.pass(HOST, 4);
    world.tick();

    assertEquals(4, world.sealedQuantity());
  }

  @Test
  void aSourceThatReadItsRowBeforeTheFenceCannotAddBehindIt() {
    apply.apply(batch(HOST, 1, 5, START));
    Source stale = new Sources(world.ports).find(HOST).orElseThrow();
    world.toNextHour();
    world.pass(HOST, 5);
    world.tick();

    Cut cut = Cut.of(facts(HOST, 6, 7, START), stale.fence(), FactCheck.standard(world.ports));
    Outcome outcome = new CommitCut(world.ports).commit(stale, cut, s -> s);

    assertEquals(new Outcome.Refused(0), outcome);
    assertEquals(5, world.sealedQuantity());
  }

  @Test
  void whateverIsAddedBetweenAnyTwoStepsOfSealingIsCountedOnceAndNoSealedHourChanges() {
    for (int step = 1; ; step++) {
      MeterWorld fresh = new MeterWorld();
      ApplyBatch applied = new ApplyBatch(fresh.ports);
      applied.apply(batch(HOST, 1, 5, START));
      applied.apply(batch(OTHER, 1, 3, START));
      fresh.toNextHour();
      fresh.pass(HOST, 5);
      fresh.pass(OTHER, 3);
      new Lanes(fresh.ports).drain();
      Source read = new Sources(fresh.ports).find(HOST).orElseThrow();
      int[] steps = {0};
      int at = step;
      Runnable meddle =
          () -> {
            if (++steps[0] == at) {
              // One that read its row before, the same again, and one that is new.
              Cut cut = Cut.of(facts(HOST, 6, 7, START), read.fence(), fact -> Optional.empty());
              Outcome _ = new CommitCut(fresh.ports).commit(read, cut, s -> s);
              applied.apply(batch(HOST, 6, 7, START));
              applied.apply(batch(new SourceName("new", "boot"), 1, 1, START));
            }
          };
      SealHours seal = new SealHours(interposed(fresh.ports, meddle));
      seal.run();
      List<SealedHour> first = fresh.sealed();
      fresh.toNextHour();
      for (SourceName source : List.of(HOST, new SourceName("new", "boot"))) {
        List<UsageFact> all = facts(source, 1, source.equals(HOST) ? 7 : 1, START);
        applied.apply(new UsageBatch(source, 0, all, Optional.of(fresh.clock.instant()), false));
      }
      fresh.pass(OTHER, 3);
      fresh.tick();

      assertTrue(fresh.sealed().containsAll(first), "step " + step);
      assertEquals(11, fresh.sealedQuantity(), "step " + step);
      if (steps[0] < step) {
        assertTrue(step > 10, "sealing has " + steps[0] + " steps");
        return;
      }
    }
  }

  /** Acts before every read and every commit. */
  private static Ports interposed(Ports ports, Runnable act) {
    Table table = ports.table();
    Table acting =
        new Table() {
          @Override
          public Optional<Item> get(Key key) {
            act.run();
            return table.get(key);
          }

          @Override
          public Page query(Query query) {
            act.run();
            return table.query(query);
          }

          @Override
          public Outcome commit(List<Write> writes) {
            act.run();
            return table.commit(writes);
          }
        };
    return new Ports(
        acting, ports.blobs(), ports.queues(), ports.hosts(), ports.secrets(), ports.clock());
  }

  @Test
  void anHourIsNotSealedWhileARecordOfItCannotBeSeen() {
    apply.apply(batch(HOST, 1, 5, START));
    apply.apply(batch(HOST, 6, 9, START));
    world.toNextHour();
    world.pass(HOST, 9);
    new Lanes(world.ports).drain();
    Key hidden = Keys.batch(HOUR, HOST.id(), 5);
    Item record = world.ports.table().get(hidden).orElseThrow();
    world.ports.table().commit(List.of(Write.delete(hidden))); // as a slow part of a commit

    assertContains(
        assertThrows(PortException.class, () -> new SealHours(world.ports).run()).getMessage(),
        "hour 2026111010: its batches hold 5 facts, its sources added 9");
    assertTrue(world.sealed().isEmpty());

    world.ports.table().commit(List.of(Write.put(hidden, record.body())));
    new SealHours(world.ports).run();
    assertEquals(9, world.sealedQuantity());
  }

  @Test
  void anAgreementsHourIsOneItemAndTwoRunsAtOnceSealItOnce() {
    List<UsageFact> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String meter = i % 2 == 0 ? "calls" : "compute_us";
      Usage usage = new Usage("a1", "channel-" + i / 2, meter, 2, START, "c" + i);
      many.add(UsageFact.of(HOST.factKey(i + 1), usage));
    }
    apply.apply(new UsageBatch(HOST, 0, many, Optional.empty(), false));
    world.toNextHour();
    world.pass(HOST, 20);
    new Lanes(world.ports).drain();
    boolean[] raced = {false};
    InterposedTable table =
        new InterposedTable(
            world.ports.table(),
            writes -> {
              if (!raced[0] && writes.getFirst().key().partition().startsWith("sealed/")) {
                raced[0] = true;
                new SealHours(world.ports).run();
              }
            });
    assertThrows(PortException.class, () -> new SealHours(table.in(world.ports)).run());
    new SealHours(world.ports).run();

    List<AgreementHour> parts = new SealedHours(world.ports).parts("a1", HOUR);
    assertEquals(List.of(8, 8, 4), parts.stream().map(p -> p.sums().size()).toList());
    assertEquals(40, world.sealedQuantity());
  }

  @Test
  void idleSourcesAndIdleLanesDoNotHoldUpSealing() {
    apply.apply(batch(HOST, 1, 5, START));
    world.pass(OTHER, 0);
    for (int i = 0; i < 3; i++) {
      world.toNextHour();
      world.pass(HOST, 5);
      world.pass(OTHER, 0);
      world.tick();
    }
    assertEquals(5, world.sealedQuantity());
    assertEquals(HOUR.plus(Duration.ofHours(3)), new SealedHours(world.ports).sealedUntil());
  }

  @Test
  void aLostSourceIsAnIncidentAndSealingProceedsAndItsJournalStillCounts() {
    apply.apply(batch(HOST, 1, 5, START));
    world.toNextHour();
    world.tick(); // the lease ended: nobody heard of it for an hour

    assertEquals(Source.State.LOST, new Sources(world.ports).find(HOST).orElseThrow().state());
    assertEquals(1, world.incidents().size());
    Incident incident = world.incidents().getFirst();
    assertEquals(Incident.Kind.LOST_SOURCE, incident.kind());
    assertContains(incident.detail(), "host host, boot boot", "after number 5");
    world.tick();
    assertEquals(5, world.sealedQuantity());

    apply.apply(batch(HOST, 6, 9, START)); // it comes back with its journal
    world.toNextHour();
    world.pass(HOST, 9);
    world.tick();
    assertEquals(9, world.sealedQuantity());
  }

  @Test
  void aSourceThatRegistersLateStartsAtTheFence() {
    world.tick();
    world.toNextHour();
    world.tick();

    Source late = new Sources(world.ports).register(HOST);

    assertEquals(HOUR.plus(Duration.ofHours(1)), late.fence());
  }

  @Test
  void aClosedSourceHoldsUpNothing() {
    apply.apply(new UsageBatch(HOST, 0, facts(HOST, 1, 2, START), Optional.of(START), true));
    world.toNextHour();
    world.tick();

    assertEquals(2, world.sealedQuantity());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void manyHoursAreSealedInOneRun() {
    apply.apply(batch(HOST, 1, 5, START));
    Instant later = START.plus(Duration.ofDays(40));
    world.clock.set(later);
    world.pass(HOST, 5);
    world.tick();

    assertEquals(5, world.sealedQuantity());
    assertEquals(Hours.of(later), new SealedHours(world.ports).sealedUntil());
  }
}
