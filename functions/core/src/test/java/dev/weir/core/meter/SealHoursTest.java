package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.MeterWorld.batch;
import static dev.weir.core.meter.MeterWorld.facts;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
  void aSealedItemTakesNoMore() {
    apply.apply(batch(HOST, 1, 5, START));
    world.toNextHour();
    world.pass(HOST, 5);
    world.tick();
    Source source = new Sources(world.ports).find(HOST).orElseThrow();

    // A source whose fence was forgotten: the item itself refuses.
    Cut cut = Cut.of(facts(HOST, 6, 7, START), HOUR, FactCheck.standard(world.ports));
    Outcome outcome = new CommitCut(world.ports).commit(source, cut, s -> s);

    assertInstanceOf(Outcome.Refused.class, outcome);
    assertEquals(5, world.sealedQuantity());
  }

  @Test
  void aSumThatMovedSinceItWasReadIsNotSealedAsRead() {
    apply.apply(batch(HOST, 1, 5, START));
    HourSum.Of of = new HourSum.Of("a1", "feishu-cn", "calls", HOUR);
    Write.Add more =
        Write.add(Keys.hour(of, HOST.id()), Map.of("quantity", 9L, "count", 1L), Condition.ALWAYS);
    boolean[] moved = {false};
    InterposedTable table =
        new InterposedTable(
            world.ports.table(),
            writes -> {
              boolean seals = writes.stream().anyMatch(w -> w.key().equals(Keys.sealed(of)));
              if (seals && !moved[0]) {
                moved[0] = true;
                world.ports.table().commit(List.of(more));
              }
            });
    world.toNextHour();
    world.pass(HOST, 5);
    new Lanes(world.ports).drain();
    try {
      new SealHours(table.in(world.ports)).run();
    } catch (RuntimeException e) {
      // not sealed yet: the next run reads again
    }
    new SealHours(world.ports).run();

    assertTrue(moved[0]);
    assertEquals(14, world.sealedQuantity());
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
