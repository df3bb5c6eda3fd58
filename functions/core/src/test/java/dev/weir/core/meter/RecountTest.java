package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.MeterWorld.batch;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.port.Write;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecountTest {

  private static final SourceName HOST = new SourceName("host", "boot");

  private final MeterWorld world = new MeterWorld();
  private final Recount recount = new Recount(world.ports);

  private void toTheNight() {
    world.clock.set(START.plus(Duration.ofHours(16)).plus(Recount.AFTER));
    world.pass(HOST, 5);
    world.tick();
  }

  @Test
  void aDayThatAddsUpIsRecountedOnceAndQuietly() {
    new ApplyBatch(world.ports).apply(batch(HOST, 1, 5, START));
    assertEquals(0, recount.run());
    toTheNight();

    assertEquals(16, recount.run()); // the hours of that day, from the deployment's first on
    assertEquals(0, recount.run());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void aSealedHourThatIsNotItsFactsIsAnIncidentThatAPersonResolves() {
    new ApplyBatch(world.ports).apply(batch(HOST, 1, 5, START));
    toTheNight();
    AgreementHour hour = new SealedHours(world.ports).parts("a1", HOUR).getFirst();
    Write more =
        new AgreementHour(
                "a1",
                HOUR,
                1,
                hour.sealedAt(),
                List.of(new SealedHour("a1", "feishu-cn", "calls", HOUR, 1, 2, 1, hour.sealedAt())))
            .write();
    world.ports.table().commit(List.of(more));
    recount.run();

    Incident incident = world.incidents().getFirst();
    assertEquals(Incident.Kind.RECOUNT_DIFFERS, incident.kind());
    assertContains(incident.detail(), "facts add up to 5, sealed are 7", "agreement a1");
    Incidents incidents = new Incidents(world.ports);
    assertThrows(ProblemException.class, () -> incidents.resolve(incident.id(), " "));
    incidents.resolve(incident.id(), "credited");
    assertEquals(Optional.of("credited"), world.incidents().getFirst().resolution());
    assertThrows(ProblemException.class, () -> incidents.resolve("nothing", "x"));
  }

  @Test
  void aMissingArchiveIsAnIncident() throws Exception {
    new ApplyBatch(world.ports).apply(batch(HOST, 1, 5, START));
    toTheNight();
    world.ports.blobs().delete(world.ports.blobs().list("facts/", "", 10).getFirst());
    recount.run();

    assertContains(world.incidents().getFirst().detail(), "hour 2026111010", "missing");
  }

  @Test
  void refusedFactsAreCountedByCommandOnceWhenTheReasonIsGone() {
    UsageFact fact =
        UsageFact.of(HOST.factKey(1), new Usage("a1", "feishu-cn", "seats", 3, START, "call-1"));
    new ApplyBatch(world.ports)
        .apply(new UsageBatch(HOST, 0, List.of(fact), Optional.empty(), false));
    Incident refused = world.incidents().getFirst();
    ReplayRefused replay = new ReplayRefused(world.ports);
    replay.run(refused.id()); // the reason is still there: kept aside again
    assertEquals(2, world.incidents().size());
    Incident again =
        world.incidents().stream().filter(i -> i.resolvedAt().isEmpty()).findFirst().orElseThrow();

    new Catalog(world.ports).put(new Meter("seats", "seat", 0));
    replay.run(again.id());
    replay.run(again.id());
    world.toNextHour();
    world.pass(HOST, 1);
    world.tick();

    assertEquals(3, world.sealedQuantity());
    assertTrue(world.incidents().stream().allMatch(i -> i.resolvedAt().isPresent()));
  }
}
