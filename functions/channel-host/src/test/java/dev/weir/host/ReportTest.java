package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.Receipt;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.loader.Pace;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private static final Instant HOUR = Instant.parse("2026-11-01T10:00:00Z");

  private final Probe probe = new Probe();

  ReportTest() {
    new Bindings(probe.ports)
        .put(new ChannelBinding(Probe.ID, "T1", "Acme", List.of(), Map.of(), Probe.NOW));
  }

  @Test
  void everyLineIsAcknowledgedExactlyOnceInBatchesOfTheManifest() {
    assertDone(run(1, line("a", 1), line("b", 2), line("c", 3)));
    assertEquals(List.of(2, 1), probe.reports.stream().map(List::size).toList());
    assertEquals(
        List.of(
            new LineAck.Accepted("a", "r-a"),
            new LineAck.Accepted("b", "r-b"),
            new LineAck.Accepted("c", "r-c")),
        reported().acks());
  }

  @Test
  void missingAndRepeatedAcksAreAskedForAgainAndStrangeOnesPassedOver() {
    probe.report =
        lines ->
            List.of(
                new Ack.Accepted("a", ""),
                new Ack.Rejected("a", ErrorCode.UNPROCESSED, "", false),
                new Ack.Accepted("stranger", ""));
    run(1, line("a", 1), line("b", 2));
    assertEquals(
        List.of("a SEVERAL_ACKS true", "b NO_ACK true"),
        reported().acks().stream().map(ReportTest::text).toList());
  }

  @Test
  void linesThatTheManifestForbidsAreNotSent() {
    assertDone(
        run(
            1,
            line("zero", 0),
            line("negative", -1),
            line("large", 1L << 31),
            new ReportTask.Line("scale", "T1", "messages", HOUR, 1, 2),
            new ReportTask.Line("meter", "T1", "tokens", HOUR, 1, 0),
            new ReportTask.Line("old", "T1", "messages", HOUR.minus(Duration.ofHours(23)), 1, 0),
            new ReportTask.Line("nobody", "T9", "messages", HOUR, 1, 0)));
    assertTrue(probe.reports.isEmpty());
    assertEquals(
        List.of(
            "zero ZERO false",
            "negative QUANTITY false",
            "large QUANTITY false",
            "scale SCALE false",
            "meter METER_UNKNOWN false",
            "old EXPIRED false",
            "nobody NOT_BOUND false"),
        reported().acks().stream().map(ReportTest::text).toList());
  }

  @Test
  void lineOfAMonthThatWasClosedMeanwhileIsNotSent() {
    Instant last = Instant.parse("2026-11-30T23:00:00Z");
    probe.clock.set(Instant.parse("2026-12-01T05:59:59Z"));
    assertDone(run(1, new ReportTask.Line("in time", "T1", "messages", last, 1, 0)));
    assertEquals(1, probe.reports.size());
    probe.clock.set(Instant.parse("2026-12-01T06:00:00Z"));
    assertDone(run(1, new ReportTask.Line("overtaken", "T1", "messages", last, 1, 0)));
    assertEquals(1, probe.reports.size());
    assertInstanceOf(
        LineAck.Accepted.class,
        assertInstanceOf(ChannelEvent.Reported.class, probe.told().getFirst()).acks().getFirst());
  }

  @Test
  void whereNothingIsKnownTheMessageComesBackOneAttemptHigher() {
    probe.report =
        lines -> {
          throw new ChannelException(ErrorCode.UNAVAILABLE, "timed out");
        };
    assertEquals(1, run(1, line("a", 1)).getBatchItemFailures().size());
    assertTrue(probe.told().isEmpty());
    probe.report = lines -> List.of(new Ack.Duplicate("a", Ack.Sameness.SAME));
    assertDone(run(2, line("a", 1)));
    assertEquals(2, probe.reports.getLast().getFirst().attempt());
    assertEquals(2, reported().attempt());
  }

  @Test
  void lastLinesOfARelationAreFlushedBeforeTheirWindowEndsAndNotAfterIt() {
    Instant flushBy = Probe.NOW.plus(Duration.ofHours(1));
    run(1, line("a", 1), last("b", flushBy), last("c", flushBy.plusSeconds(5)));
    assertEquals(List.of(flushBy), probe.deadlines);
    assertEquals(
        List.of(List.of("a"), List.of("b", "c")),
        probe.reports.stream()
            .map(lines -> lines.stream().map(Reporting.SealedLine::id).toList())
            .toList());
    assertEquals(3, reported().acks().size());
    probe.clock.set(flushBy);
    run(1, last("d", flushBy));
    assertEquals(2, probe.reports.size());
    assertEquals("d EXPIRED false", text(reported().acks().getFirst()));
  }

  @Test
  void whatAnUnknownAttemptBroughtIsReadBackAndNotSentAgain() {
    probe.readBack = () -> Optional.of(List.of(record("T1", 1), record("T1", 1), record("T9", 7)));
    run(2, line("a", 2));
    run(2, line("b", 3));
    assertTrue(probe.reports.isEmpty());
    assertEquals(
        List.of(
            new LineAck.Duplicate("a", LineAck.Sameness.SAME),
            new LineAck.Duplicate("b", LineAck.Sameness.DIFFERENT)),
        probe.told().stream()
            .map(event -> ((ChannelEvent.Reported) event).acks().getFirst())
            .toList());
  }

  @Test
  void whatIsNotOnRecordIsSentAndAFirstAttemptDoesNotAsk() {
    probe.readBack = () -> Optional.of(List.of());
    run(2, line("a", 2));
    assertEquals(1, probe.reports.size());
    probe.readBack =
        () -> {
          throw new AssertionError("asked");
        };
    run(1, line("b", 2));
    assertEquals(2, probe.reports.size());
  }

  @Test
  void otherSideThatCannotBeAskedIsReportedTo() {
    probe.readBack =
        () -> {
          throw new ChannelException(ErrorCode.UNAVAILABLE, "down");
        };
    assertDone(run(2, line("a", 2)));
    assertEquals(new LineAck.Accepted("a", "r-a"), reported().acks().getFirst());
  }

  @Test
  void quantityOfADuplicateIsReadBackWhereThePluginDoesNotKnowIt() {
    probe.readBack = () -> Optional.of(List.of(record("T1", 9)));
    probe.report = lines -> List.of(new Ack.Duplicate("a", Ack.Sameness.UNKNOWN));
    run(1, line("a", 2));
    assertEquals(
        new LineAck.Duplicate("a", LineAck.Sameness.DIFFERENT), reported().acks().getFirst());
  }

  private static Reporting.SealedLine record(String binding, long quantity) {
    return new Reporting.SealedLine(
        "theirs", Binding.of(binding, ""), "messages", HOUR, quantity, 0, 1);
  }

  private static ReportTask.Line last(String id, Instant flushBy) {
    return new ReportTask.Line(id, "T1", "messages", HOUR, 1, 0, Optional.of(flushBy));
  }

  @Test
  void whatIsKnownOfOneBatchIsNotLostToAnother() {
    List<String> seen = new ArrayList<>();
    probe.report =
        lines -> {
          lines.forEach(l -> seen.add(l.id()));
          if (seen.size() > 2) {
            throw new ChannelException(ErrorCode.THROTTLED, "slow down");
          }
          return lines.stream().<Ack>map(l -> new Ack.Accepted(l.id(), "")).toList();
        };
    assertDone(run(1, line("a", 1), line("b", 2), line("c", 3)));
    List<LineAck> acks = reported().acks();
    assertEquals(new LineAck.Accepted("a", ""), acks.get(0));
    assertEquals("c THROTTLED true", text(acks.get(2)));
  }

  @Test
  void whatTheOtherSideThrottlesWaitsAsLongAsItAsks() {
    probe.report =
        lines -> {
          throw new ChannelException(ErrorCode.THROTTLED, "slow down", 300_000, null);
        };
    Report report = new Report(probe.ports, probe.open());
    assertEquals(1, handle(report, 1, line("a", 1), line("b", 1), line("c", 1)));
    assertEquals(1, probe.reports.size(), "nothing more is sent after it");
    probe.report = lines -> lines.stream().<Ack>map(l -> new Ack.Accepted(l.id(), "")).toList();

    probe.clock.advance(Duration.ofSeconds(299));
    assertEquals(1, handle(report, 2, line("a", 1), line("b", 1), line("c", 1)));
    assertEquals(1, handle(report, 1, line("d", 1)));
    assertEquals(1, probe.reports.size());
    probe.clock.advance(Duration.ofSeconds(1));
    assertEquals(0, handle(report, 3, line("a", 1), line("b", 1), line("c", 1)));
    assertEquals(0, handle(report, 2, line("d", 1)));
    assertEquals(4, probe.reports.size());
  }

  @Test
  void aCallOfTooManyBytesIsHalvedUntilItFits() {
    probe.report =
        lines -> {
          if (lines.size() > 1 || lines.getFirst().id().equals("b")) {
            throw new ChannelException(Pace.TOO_LARGE, "request body 2000 B > 1000 B");
          }
          return lines.stream().<Ack>map(l -> new Ack.Accepted(l.id(), "")).toList();
        };
    assertDone(run(1, line("a", 1), line("b", 2), line("c", 3), line("d", 4)));
    Map<String, LineAck> acks = new TreeMap<>();
    reported().acks().forEach(ack -> acks.put(ack.lineId(), ack));
    assertEquals(Set.of("a", "b", "c", "d"), acks.keySet());
    assertEquals("b REQUEST_TOO_LARGE false", text(acks.remove("b")));
    acks.forEach((id, ack) -> assertEquals(new LineAck.Accepted(id, ""), ack));
  }

  @Test
  void aMessageWhoseLinesWereSentAgainMeanwhileIsLeft() {
    Instant until = Probe.NOW.plusSeconds(1200);
    String task = Json.write(new ReportTask.Report(List.of(line("a", 1)), 1, Optional.of(until)));
    probe.clock.advance(Duration.ofSeconds(1200));
    assertDone(handle(1, task));
    assertTrue(probe.reports.isEmpty());
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void bugAndMisconfigurationEndTheLinesOfTheirBatch() {
    probe.report =
        lines -> {
          throw new IllegalStateException("bug");
        };
    assertDone(run(1, line("a", 1)));
    assertEquals("a INTERNAL false", text(reported().acks().getFirst()));
  }

  @Test
  void messageThatComesTwiceIsReportedOnce() {
    run(1, line("a", 1));
    run(1, line("a", 1));
    assertEquals(1, probe.reports.size());
    assertEquals(1, probe.told().size());
  }

  @Test
  void settlementIsSentOnceAndItsReceiptIsKept() {
    String task =
        Json.write(
            new ReportTask.Settle(
                "2026-10",
                HOUR,
                HOUR.plusSeconds(1),
                "USD",
                List.of(new ReportTask.SettleLine("T1", "messages", 3, 300, 2500, 75)),
                75,
                "key"));
    probe.settle =
        statement -> {
          assertEquals(75, statement.totalMicros());
          return new dev.weir.spi.Receipt.Sent("s1");
        };
    assertDone(handle(1, task));
    assertDone(handle(2, task));
    var settled = assertInstanceOf(ChannelEvent.Settled.class, probe.told().getFirst());
    assertEquals(new Receipt.Sent("s1"), settled.receipt());
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void relationIsEndedOnTheOtherSideAndTriedAgainWhereItIsDown() {
    List<String> ended = new ArrayList<>();
    String task = Json.write(new ReportTask.Offboard("T1"));
    probe.offboard =
        binding -> {
          throw new ChannelException(ErrorCode.UNAVAILABLE, "down");
        };
    assertEquals(1, handle(1, task).getBatchItemFailures().size());
    probe.offboard = binding -> ended.add(binding.id());
    assertDone(handle(2, task));
    assertDone(handle(1, Json.write(new ReportTask.Offboard("nobody"))));
    assertEquals(List.of("T1"), ended);
    probe.offboard =
        binding -> {
          throw new ChannelException(ErrorCode.UNAUTHORIZED, "revoked");
        };
    assertDone(handle(1, task));
  }

  @Test
  void deferredSettlementComesBack() {
    probe.settle = s -> new dev.weir.spi.Receipt.Deferred(Probe.NOW, "later");
    String task = Json.write(new ReportTask.Settle("s", HOUR, HOUR, "USD", List.of(), 0, "key"));
    assertEquals(1, handle(1, task).getBatchItemFailures().size());
    assertTrue(probe.told().isEmpty());
  }

  private SQSBatchResponse run(int receives, ReportTask.Line... lines) {
    return handle(receives, Json.write(new ReportTask.Report(List.of(lines), 1)));
  }

  private static int handle(Report report, int receives, ReportTask.Line... lines) {
    String task = Json.write(new ReportTask.Report(List.of(lines), 1));
    return report
        .handleRequest(Requests.queue(receives, "g", task), null)
        .getBatchItemFailures()
        .size();
  }

  private SQSBatchResponse handle(int receives, String task) {
    return new Report(probe.ports, probe.open())
        .handleRequest(Requests.queue(receives, "g", task), null);
  }

  private ChannelEvent.Reported reported() {
    return assertInstanceOf(ChannelEvent.Reported.class, probe.told().getFirst());
  }

  private static void assertDone(SQSBatchResponse response) {
    assertEquals(List.of(), response.getBatchItemFailures());
  }

  private static String text(LineAck ack) {
    var r = assertInstanceOf(LineAck.Rejected.class, ack);
    return r.lineId() + " " + r.code() + " " + r.retryable();
  }

  private static ReportTask.Line line(String id, long quantity) {
    return new ReportTask.Line(id, "T1", "messages", HOUR, quantity, 0);
  }
}
