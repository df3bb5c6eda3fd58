package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.loader.Manifest;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sealed lines arrive, each is acknowledged once, and none counts twice. */
public abstract class ReportingContract extends ChannelContract {

  protected abstract Remote remote();

  /**
   * A new binding that works: no line of it was reported before, and it has been a customer for at
   * least six hours of the world's time.
   */
  protected abstract Binding newBinding();

  /** The meter to report; declared, and known to the other side. */
  protected abstract String meter();

  /** What the other side has on record for that hour. */
  protected abstract long onRecord(Binding binding, Instant hour);

  @Test
  public final void everyLineIsAcknowledgedOnceAndIsOnRecord() {
    List<Reporting.SealedLine> lines = lines(newBinding());
    accepted(lines, reporting().report(lines));
  }

  @Test
  public final void finalFlushAcknowledgesEveryLineOnceAndNoneCountsTwice() {
    List<Reporting.SealedLine> lines = lines(newBinding());
    Instant deadline = context().clock().instant().plus(Duration.ofMinutes(30));
    accepted(lines, reporting().finalFlush(lines, deadline));
    List<Ack> again = reporting().finalFlush(lines, deadline);
    assertEquals(lines.size(), again.size(), "acks of a second flush");
    lines.forEach(line -> assertEquals(line.quantity(), onRecord(line.binding(), line.hour())));
  }

  @Test
  public final void whatIsReadBackIsWhatWasReported() {
    List<Reporting.SealedLine> lines = lines(newBinding());
    reporting().report(lines);
    Instant from = lines.getLast().hour();
    Instant to = lines.getFirst().hour().plus(Duration.ofHours(1));
    // Empty means that the other side has no way to ask, and then there is nothing to compare.
    Optional<List<Reporting.SealedLine>> back = reporting().readBack(from, to);
    if (back.isPresent()) {
      for (Reporting.SealedLine line : lines) {
        List<Long> found =
            back.get().stream()
                .filter(b -> b.binding().id().equals(line.binding().id()))
                .filter(b -> b.meter().equals(line.meter()) && b.hour().equals(line.hour()))
                .map(Reporting.SealedLine::quantity)
                .toList();
        assertEquals(List.of(line.quantity()), found, "read back of hour " + line.hour());
      }
    }
  }

  private List<Reporting.SealedLine> lines(Binding binding) {
    List<Reporting.SealedLine> lines = new ArrayList<>();
    int count = Math.min(manifestMeter().batchMax(), 5);
    for (int i = 0; i < count; i++) {
      lines.add(line(binding, hour(i), i + 1, 1));
    }
    return lines;
  }

  private void accepted(List<Reporting.SealedLine> lines, List<Ack> acks) {
    assertEquals(
        lines.stream().map(Reporting.SealedLine::id).sorted().toList(),
        acks.stream().map(Ack::lineId).sorted().toList());
    acks.forEach(ack -> assertInstanceOf(Ack.Accepted.class, ack));
    lines.forEach(line -> assertEquals(line.quantity(), onRecord(line.binding(), line.hour())));
  }

  @Test
  public final void lineThatIsSentAgainCountsOnce() {
    Binding binding = newBinding();
    reporting().report(List.of(line(binding, hour(0), 7, 1)));
    Ack again = reporting().report(List.of(line(binding, hour(0), 7, 2))).getFirst();
    assertTrue(again instanceof Ack.Accepted || again instanceof Ack.Duplicate, "was " + again);
    assertEquals(7, onRecord(binding, hour(0)));
  }

  @Test
  public final void throttledAndFailedReportsAreTriedAgainAndThenCountOnce() {
    for (int status : List.of(429, 500, 503)) {
      Binding binding = newBinding();
      Reporting.SealedLine line = line(binding, hour(0), 3, 1);
      remote().answerWith(status);
      try {
        Ack ack = reporting().report(List.of(line)).getFirst();
        boolean again = ack instanceof Ack.Rejected rejected && rejected.retryable();
        assertTrue(again, status + " became " + ack);
      } catch (ChannelException e) {
        ErrorType type = e.code().type();
        assertTrue(
            type == ErrorType.PARTNER || type == ErrorType.LIMIT, status + " became " + e.code());
      } finally {
        remote().recover();
      }
      reporting().report(List.of(line(binding, hour(0), 3, 2)));
      assertEquals(3, onRecord(binding, hour(0)));
    }
  }

  private Reporting.SealedLine line(Binding binding, Instant hour, long quantity, int attempt) {
    String id = "line-" + binding.id().hashCode() + "-" + hour.getEpochSecond();
    return new Reporting.SealedLine(
        id, binding, meter(), hour, quantity, manifestMeter().scale(), attempt);
  }

  /** A full hour that is over at the world's time. */
  private Instant hour(int before) {
    return context()
        .clock()
        .instant()
        .truncatedTo(ChronoUnit.HOURS)
        .minus(Duration.ofHours(before + 1L));
  }

  private Manifest.Meter manifestMeter() {
    Manifest.Meter declared = context().manifest().meters().get(meter());
    if (declared == null) {
      throw new AssertionError("meter " + meter() + " is not declared");
    }
    return declared;
  }

  private Reporting reporting() {
    return channel().reporting().orElseThrow(() -> new AssertionError("no facet reporting"));
  }
}
