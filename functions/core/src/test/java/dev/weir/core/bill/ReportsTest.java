package dev.weir.core.bill;

import static dev.weir.core.bill.MoneyWorld.HOUR;
import static dev.weir.core.bill.MoneyWorld.MARKET;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.FinalWindows;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Lanes;
import dev.weir.core.meter.SealHours;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.memory.Crash;
import dev.weir.core.port.memory.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportsTest {

  private final MoneyWorld world = new MoneyWorld();
  private final Reports reports = new Reports(world.ports, world.terms);
  private final List<Agreement> agreements = new ArrayList<>();
  private final Acknowledge acknowledge = new Acknowledge(world.ports);

  private ReportTask.Line sendOneHour() {
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.sealHour();
    return world.reportedLines(MARKET).getFirst();
  }

  private ReportLine only(ReportLine.State state) {
    List<ReportLine> lines = state.ended() ? reports.done(MARKET) : reports.due(MARKET);
    assertEquals(1, lines.size());
    assertEquals(state, lines.getFirst().state());
    return lines.getFirst();
  }

  private Incident alarm(Incident.Kind kind) {
    return world.incidents().stream().filter(i -> i.kind() == kind).findFirst().orElseThrow();
  }

  private void again() {
    world.clock.advance(Reports.AGAIN);
    world.tick();
  }

  @Test
  void aSealedHourIsSentWithItsStartAndQuantityAndAccepted() {
    ReportTask.Line line = sendOneHour();
    assertEquals("licence", line.bindingId());
    assertEquals(HOUR, line.hour());
    assertEquals(7, line.quantity());
    only(ReportLine.State.SENT);

    acknowledge.apply(MARKET, List.of(new LineAck.Accepted(line.id(), "record-1")));
    acknowledge.apply(MARKET, List.of(new LineAck.Accepted(line.id(), "record-1")));

    assertEquals("record-1", only(ReportLine.State.ACCEPTED).reason());
    again();
    assertTrue(world.reported(MARKET).isEmpty());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void sentIsStoredBeforeAnyMessageCanBeReceived() {
    int received = 0;
    for (long step = 1; received < 3; step++) {
      MoneyWorld fresh = new MoneyWorld();
      Agreement agreement = fresh.agreement(MARKET, "licence");
      fresh.calls(agreement, MARKET, 1, 7);
      fresh.toNextHour();
      Faults faults = Faults.none();
      faults.crashAt(step);
      try {
        fresh.tick(faults.around(fresh.ports));
      } catch (Crash e) {
        faults.restart();
      }
      if (!fresh.reported(MARKET).isEmpty()) {
        received++;
        ReportLine line = new Reports(fresh.ports, fresh.terms).due(MARKET).getFirst();
        assertEquals(ReportLine.State.SENT, line.state(), "crash at step " + step);
        assertEquals(1, line.attempt());
      }
      assertTrue(step < 2000, "nothing was sent");
    }
  }

  @Test
  void anUnansweredLineIsSentAgainUnchangedEvenAfterLateFacts() {
    ReportTask.Line first = sendOneHour();
    Agreement agreement = world.accounts.byIdentity(MARKET, "licence").orElseThrow();
    Instant late = world.clock.instant();
    world.clock.set(HOUR.plus(Duration.ofMinutes(30)));
    world.calls(agreement, MARKET, 8, 9); // of the hour that was sealed and sent
    world.clock.set(late);
    again();

    ReportTask.Report report = (ReportTask.Report) world.reported(MARKET).getFirst();
    assertEquals(List.of(first), report.lines());
    assertEquals(2, report.attempt());

    world.sealHour();
    List<ReportTask.Line> lines = world.reportedLines(MARKET);
    ReportTask.Line delta = lines.stream().filter(l -> !l.equals(first)).findFirst().orElseThrow();
    assertEquals(HOUR.plus(Duration.ofHours(1)), delta.hour());
    assertEquals(2, delta.quantity());
  }

  @Test
  void aDuplicateAfterAnUnknownAttemptIsAcceptance() {
    ReportTask.Line line = sendOneHour();
    again();
    acknowledge.apply(MARKET, List.of(new LineAck.Duplicate(line.id(), LineAck.Sameness.UNKNOWN)));

    assertTrue(only(ReportLine.State.DUPLICATE_SAME).state().accepted());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void aDuplicateOfARedeliveredMessageIsAcceptance() {
    ReportTask.Line line = sendOneHour();
    acknowledge.apply(
        MARKET, List.of(new LineAck.Duplicate(line.id(), LineAck.Sameness.UNKNOWN)), 2);

    only(ReportLine.State.DUPLICATE_SAME);
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void aDuplicateOnTheFirstAttemptIsAnAlarm() {
    ReportTask.Line line = sendOneHour();
    acknowledge.apply(MARKET, List.of(new LineAck.Duplicate(line.id(), LineAck.Sameness.UNKNOWN)));

    only(ReportLine.State.DUPLICATE_DIFFERENT);
    assertContains(alarm(Incident.Kind.DUPLICATE_REPORT).detail(), "before the first attempt");
  }

  @Test
  void aDuplicateWithAnotherQuantityIsAnAlarmAtAnyAttempt() {
    ReportTask.Line line = sendOneHour();
    again();
    acknowledge.apply(
        MARKET, List.of(new LineAck.Duplicate(line.id(), LineAck.Sameness.DIFFERENT)));

    only(ReportLine.State.DUPLICATE_DIFFERENT);
    alarm(Incident.Kind.DUPLICATE_REPORT);
  }

  @Test
  void whatCannotBeTakenNowIsSentAgainAndWhatNeverCanRaisesAnIncident() {
    ReportTask.Line line = sendOneHour();
    acknowledge.apply(
        MARKET, List.of(new LineAck.Rejected(line.id(), "UNPROCESSED", "busy", true)));
    world.clock.advance(Acknowledge.RETRY);
    world.tick();
    assertEquals(List.of(line), world.reportedLines(MARKET));

    acknowledge.apply(
        MARKET, List.of(new LineAck.Rejected(line.id(), "NOT_SUBSCRIBED", "gone", false)));
    only(ReportLine.State.NOT_SUBSCRIBED);
    alarm(Incident.Kind.NOT_SUBSCRIBED);
  }

  @Test
  void oneBadLineLosesNothingOfTheOthers() {
    for (int i = 0; i < 3; i++) {
      world.calls(world.agreement(MARKET, "licence-" + i), MARKET, i * 10, i * 10 + i);
    }
    world.sealHour();
    List<ReportTask.Line> lines = world.reportedLines(MARKET);
    acknowledge.apply(
        MARKET,
        List.of(
            new LineAck.Accepted(lines.get(0).id(), ""),
            new LineAck.Accepted("not-ours", ""),
            new LineAck.Rejected(lines.get(1).id(), "MALFORMED", "no", false)));

    assertEquals(
        List.of(ReportLine.State.ACCEPTED, ReportLine.State.REJECTED),
        reports.done(MARKET).stream().map(ReportLine::state).sorted().toList());
    only(ReportLine.State.SENT);
  }

  @Test
  void batchesKeepToTheDeclaredSize() {
    world.marketBatch = 2;
    for (int i = 0; i < 5; i++) {
      world.calls(world.agreement(MARKET, "licence-" + i), MARKET, i * 10, i * 10);
    }
    world.sealHour();

    assertEquals(
        List.of(2, 2, 1),
        world.reported(MARKET).stream()
            .map(task -> ((ReportTask.Report) task).lines().size())
            .toList());
  }

  @Test
  void nothingIsSentOutsideItsWindow() {
    world.tick(); // the deployment's hours begin now
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.clock.set(HOUR.plus(Duration.ofHours(24)));
    world.tick();

    assertTrue(world.reported(MARKET).isEmpty());
    only(ReportLine.State.EXPIRED);
    assertContains(
        alarm(Incident.Kind.EXPIRED_REPORT).detail(), "7 of meter calls", "2026-11-11T10:00:00Z");
  }

  @Test
  void lineOfAnEndedRelationSaysUntilWhenItIsTakenAndIsNotSentAfterIt() {
    FinalWindows windows = new FinalWindows(world.ports);
    Instant flushBy = HOUR.plus(Duration.ofHours(2));
    windows.close(MARKET, "licence", flushBy);
    assertEquals(Optional.of(flushBy), sendOneHour().finalBy());
    world.clock.set(flushBy);
    world.tick();
    assertTrue(world.reported(MARKET).isEmpty());
    only(ReportLine.State.EXPIRED);
    assertContains(alarm(Incident.Kind.EXPIRED_REPORT).detail(), flushBy.toString());
  }

  @Test
  void theMonthEndsEarlierThanTheWindow() {
    ReportingLimits limits =
        new ReportingLimits(
            25,
            Optional.of(6),
            Map.of("calls", new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, 10)));
    assertEquals(
        Instant.parse("2026-12-01T06:00:00Z"),
        limits.closes("calls", Instant.parse("2026-11-30T20:00:00Z")));
    assertEquals(
        Instant.parse("2026-11-21T20:00:00Z"),
        limits.closes("calls", Instant.parse("2026-11-20T20:00:00Z")));
  }

  @Test
  void whatALineCannotHoldGoesToTheNextHours() {
    world.marketMeter = new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, 5);
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 12);
    world.sealHour();
    assertEquals(List.of(5L), quantities());

    world.calls(agreement, MARKET, 13, 14); // joins the excess of the hour before
    world.sealHour();
    assertEquals(List.of(5L), quantities());
    world.sealHour();
    assertEquals(List.of(4L), quantities());
    for (int i = 0; i < 3; i++) {
      world.sealHour();
    }
    assertTrue(quantities().isEmpty());
  }

  @Test
  void anExcessThatNoHourTakesIsAnIncidentAndNotDropped() {
    world.marketMeter = new ReportingLimits.OfMeter(0, Duration.ofHours(24), true, 1);
    Agreement agreement = world.agreement(MARKET, "licence");
    world.use(agreement, MARKET, "calls", ReportQueue.CARRY_HOURS_MAX + 1, "call");
    world.sealHour();

    assertTrue(world.lines(agreement).isEmpty());
    assertContains(alarm(Incident.Kind.UNRATED_HOUR).detail(), "quantity 25 > 24 hours of 1");
  }

  private List<Long> quantities() {
    List<ReportTask.Line> lines = world.reportedLines(MARKET);
    lines.forEach(line -> acknowledge.apply(MARKET, List.of(new LineAck.Accepted(line.id(), ""))));
    return lines.stream().map(ReportTask.Line::quantity).toList();
  }

  @Test
  void anAcknowledgementOfALineThatWasNeverSentIsRefused() {
    world.tick();
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.toNextHour();
    var _ = new Lanes(world.ports).drain();
    var _ = new SealHours(world.ports).run();
    var _ = new RateHours(world.ports, world.terms).run();
    ReportLine sealed = only(ReportLine.State.SEALED);

    assertThrows(
        IllegalArgumentException.class,
        () -> acknowledge.apply(MARKET, List.of(new LineAck.Accepted(sealed.id(), ""))));
  }

  /** How many lines the market's calls of ten minutes would hold: one line a call, one a second. */
  private static final int TEN_MINUTES = 600;

  @Test
  void afterAnOutageNoMoreWaitsThanTheDeclaredRateWorksOffAndTheOldestHoursComeFirst() {
    world.marketBatch = 1;
    world.marketCalls = Optional.of(1);
    for (int i = 0; i < 210; i++) {
      agreements.add(world.agreement(MARKET, "licence-" + i));
    }
    for (int hour = 0; hour < 4; hour++) {
      agreements.forEach(a -> world.use(a, MARKET, "calls", 1, "call-" + world.clock.instant()));
      world.toNextHour();
      var _ = new Lanes(world.ports).drain();
      var _ = new SealHours(world.ports).run();
      var _ = new RateHours(world.ports, world.terms).run();
    }
    Map<Instant, Integer> firstTurn = new TreeMap<>();
    int left = 840;
    for (int turn = 0; left > 0; turn++) {
      int now = turn;
      reports.run();
      assertEquals(0, reports.run(), "what waits fills the room");
      List<ReportTask.Line> lines = world.reportedLines(MARKET);
      assertTrue(lines.size() <= TEN_MINUTES, lines.size() + " lines at once");
      lines.forEach(line -> firstTurn.putIfAbsent(line.hour(), now));
      acknowledge.apply(
          MARKET, lines.stream().<LineAck>map(l -> new LineAck.Accepted(l.id(), "r")).toList());
      left -= lines.size();
      assertTrue(turn < 3);
    }
    assertEquals(List.of(0, 0, 0, 1), List.copyOf(firstTurn.values()));
    assertTrue(reports.due(MARKET).isEmpty());
    assertTrue(world.incidents().isEmpty());
  }

  @Test
  void aMessageIsGoodUntilItsLinesAreSentAgain() {
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.sealHour();
    Instant sent = world.clock.instant();
    assertEquals(1, world.reported(MARKET).size());
    world.clock.advance(Reports.AGAIN.minusSeconds(1));
    assertEquals(0, reports.run());
    world.clock.advance(Duration.ofSeconds(1));
    assertEquals(1, reports.run());

    ReportTask.Report again = (ReportTask.Report) world.reported(MARKET).getFirst();
    assertEquals(2, again.attempt());
    assertEquals(Optional.of(sent.plus(Reports.AGAIN.multipliedBy(2))), again.until());
  }

  @Test
  void whatIsRatedLateIsPartOfALaterHoursReport() {
    world.catalog.put(new Plan("bare", "bot", "Bare", "CNY"));
    Agreement bare = world.agreement(MARKET, "licence", "bare", "CNY");
    world.calls(bare, MARKET, 1, 4);
    world.sealHour();
    assertTrue(world.reportedLines(MARKET).isEmpty());

    world.catalog.put(
        new PriceVersion("bare", 1, Instant.EPOCH, List.of(new Charge.PerUnit("calls", 0, 1, 1))));
    world.tick();
    assertEquals(4, world.billed(bare));
    world.calls(bare, MARKET, 5, 7);
    world.sealHour();

    ReportTask.Line line = world.reportedLines(MARKET).getFirst();
    assertEquals(HOUR.plus(Duration.ofHours(1)), line.hour());
    assertEquals(7, line.quantity());
    for (Line rated : world.lines(bare)) {
      Explain.Explanation explanation = new Explain(world.ports, world.terms).line(rated.id());
      assertEquals(line.id(), explanation.reports().getFirst().id());
    }
  }

  @Test
  void aLostMessageIsSentAgainAndAnUnfinishedBatchIsNotForgotten() {
    Agreement agreement = world.agreement(MARKET, "licence");
    world.calls(agreement, MARKET, 1, 7);
    world.sealHour();
    ReportTask.Line first = world.reportedLines(MARKET).getFirst(); // and its host dies
    again();
    assertEquals(List.of(first), world.reportedLines(MARKET));

    acknowledge.apply(MARKET, List.of(new LineAck.Accepted(first.id(), "record-1")));
    again();
    assertTrue(Tables.list(world.ports.table(), Table.Query.all(Keys.due(MARKET))).isEmpty());
  }
}
