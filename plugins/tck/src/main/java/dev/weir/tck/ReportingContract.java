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
import org.junit.jupiter.api.Test;

/** Sealed lines arrive, each is acknowledged once, and none counts twice. */
public abstract class ReportingContract extends ChannelContract {

  protected abstract Remote remote();

  /** A new binding that works: no line of it was reported before. */
  protected abstract Binding newBinding();

  /** The meter to report; declared, and known to the other side. */
  protected abstract String meter();

  /** What the other side has on record for that hour. */
  protected abstract long onRecord(Binding binding, Instant hour);

  @Test
  public final void everyLineIsAcknowledgedOnceAndIsOnRecord() {
    Binding binding = newBinding();
    List<Reporting.SealedLine> lines = new ArrayList<>();
    int count = Math.min(manifestMeter().batchMax(), 5);
    for (int i = 0; i < count; i++) {
      lines.add(line(binding, hour(i), i + 1, 1));
    }
    List<Ack> acks = reporting().report(lines);
    assertEquals(
        lines.stream().map(Reporting.SealedLine::id).sorted().toList(),
        acks.stream().map(Ack::lineId).sorted().toList());
    acks.forEach(ack -> assertInstanceOf(Ack.Accepted.class, ack));
    lines.forEach(line -> assertEquals(line.quantity(), onRecord(binding, line.hour())));
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
