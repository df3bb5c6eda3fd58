package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.meter.ApplyBatch;
import dev.weir.core.meter.SourceName;
import dev.weir.core.meter.UsageBatch;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LastHoursTest {

  private static final SourceName HOST = new SourceName("host", "boot");

  private final MoneyWorld world = new MoneyWorld();
  private final LastHours last = new LastHours(world.ports, world.terms);

  private Agreement ended() {
    world.tick();
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.clock.advance(Duration.ofMinutes(5));
    Instant now = world.clock.instant();
    last.due(agreement.id(), now, now.plus(Duration.ofHours(1)));
    world.clock.advance(Duration.ofMinutes(6));
    return agreement;
  }

  private void pass() {
    var _ =
        new ApplyBatch(world.ports)
            .apply(new UsageBatch(HOST, 0, List.of(), Optional.of(world.clock.instant()), false));
  }

  private List<ReportTask.Line> sent() {
    new Reports(world.ports, world.terms).run();
    return world.reportedLines(MARKET);
  }

  @Test
  void theLastHourIsSealedRatedAndReportedAtOnceAndNotAgain() {
    Agreement agreement = ended();
    assertEquals(1, last.run());

    List<ReportTask.Line> lines = sent();
    assertEquals(1, lines.size());
    assertEquals(HOUR, lines.getFirst().hour());
    assertEquals(7, lines.getFirst().quantity());
    new Acknowledge(world.ports)
        .apply(MARKET, List.of(new LineAck.Accepted(lines.getFirst().id(), "")));
    world.sealHour();
    world.sealHour();

    assertTrue(world.reportedLines(MARKET).isEmpty());
    assertEquals(7, world.billed(agreement));
    Line line = world.lines(agreement).getFirst();
    var _ = new Explain(world.ports, world.terms).line(line.id());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void whatWasAskedBeforeTheEndAndAnsweredAfterItIsPartOfTheLastReport() {
    world.clock.advance(Duration.ofMinutes(38)); // 2 minutes before an hour ends
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    Instant end = world.clock.instant();
    last.due(agreement.id(), end, end.plus(Duration.ofHours(1)));
    assertEquals(0, last.run());
    world.clock.advance(Duration.ofMinutes(4));
    assertEquals(0, last.run());
    world.calls(agreement, MARKET, 8, 9);
    world.clock.advance(Duration.ofMinutes(2));
    assertEquals(1, last.run());

    Instant hour = HOUR;
    assertEquals(
        Map.of(hour, 7L, hour.plus(Duration.ofHours(1)), 2L),
        sent().stream()
            .collect(Collectors.toMap(ReportTask.Line::hour, ReportTask.Line::quantity)));
  }

  @Test
  void aHostThatHasNotSentIsWaitedForUntilTimeRunsOut() {
    Agreement agreement = world.agreement(MARKET, "other");
    pass();
    ended();
    assertEquals(0, last.run());
    pass();
    assertEquals(1, last.run());
    assertEquals(7, sent().getFirst().quantity());

    world.calls(agreement, MARKET, 20, 22);
    Instant now = world.clock.instant().plusSeconds(1);
    last.due(agreement.id(), now, now.plus(Duration.ofHours(1)));
    world.clock.advance(Duration.ofHours(1).minus(LastHours.MARGIN).plusSeconds(2));
    assertEquals(1, last.run()); // and the host said nothing
    assertTrue(sent().stream().anyMatch(line -> line.quantity() == 3));
  }

  @Test
  void whatComesAfterThatIsBilledAndPartOfALaterReport() {
    Agreement agreement = ended();
    last.run();
    ReportTask.Line first = sent().getFirst();
    assertEquals(7, first.quantity());
    new Acknowledge(world.ports).apply(MARKET, List.of(new LineAck.Accepted(first.id(), "")));
    world.calls(agreement, MARKET, 8, 9);
    world.sealHour();

    assertEquals(9, world.billed(agreement));
    assertEquals(List.of(HOUR, HOUR), world.lines(agreement).stream().map(Line::hour).toList());
    for (Line line : world.lines(agreement)) {
      var _ = new Explain(world.ports, world.terms).line(line.id());
    }
    world.sealHour();
    ReportTask.Line rest = world.reportedLines(MARKET).getFirst();
    assertEquals(HOUR.plus(Duration.ofHours(1)), rest.hour());
    assertEquals(2, rest.quantity());
  }

  @Test
  void aCrashAtAnyStepLosesAndDoublesNothing() {
    for (long step = 1; ; step++) {
      MoneyWorld fresh = new MoneyWorld();
      fresh.tick();
      Agreement agreement = fresh.agreement(MARKET, "licence");
      fresh.calls(agreement, MARKET, 1, 7);
      Instant now = fresh.clock.instant().plusSeconds(1);
      new LastHours(fresh.ports, fresh.terms)
          .due(agreement.id(), now, now.plus(Duration.ofHours(1)));
      fresh.clock.advance(Duration.ofMinutes(6));
      Faults faults = Faults.none();
      faults.crashAt(step);
      boolean ended = false;
      try {
        new LastHours(faults.around(fresh.ports), fresh.terms).run();
        ended = true;
      } catch (Crash e) {
        faults.restart();
      }
      new LastHours(fresh.ports, fresh.terms).run();
      fresh.sealHour();
      assertEquals(7, fresh.billed(agreement), "step " + step);
      assertEquals(
          7,
          fresh.reportedLines(MARKET).stream().mapToLong(ReportTask.Line::quantity).sum(),
          "step " + step);
      if (ended) {
        assertTrue(step > 10);
        return;
      }
    }
  }
}
