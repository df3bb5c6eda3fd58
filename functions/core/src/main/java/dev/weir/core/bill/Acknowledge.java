package dev.weir.core.bill;

import dev.weir.core.channel.LineAck;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes what the other side said, line by line; the ends of a batch's lines are stored together, so
 * that trouble with one loses nothing of the others. The same acknowledgement again changes
 * nothing. Stateless and thread-safe.
 */
public final class Acknowledge {

  /** When a line is sent again that the other side could not take just now. */
  public static final Duration RETRY = Duration.ofMinutes(1);

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;
  private final Incidents incidents;

  public Acknowledge(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.incidents = new Incidents(ports);
  }

  /** {@link #apply(String, List, int)} where the message was received once. */
  public void apply(String channelId, List<LineAck> acks) {
    apply(channelId, acks, 1);
  }

  /**
   * Stores what acknowledgements mean.
   *
   * @param attempt which call these answer, 1 for the first: the message's attempt, and one more
   *     for every earlier receipt of the message, whose outcome nobody knows
   */
  public void apply(String channelId, List<LineAck> acks, int attempt) {
    Map<String, List<LineAck>> byBatch = new TreeMap<>();
    for (LineAck ack : acks) {
      byBatch.computeIfAbsent(ReportBatch.idOf(ack.lineId()), _ -> new ArrayList<>()).add(ack);
    }
    byBatch.forEach((batchId, some) -> apply(channelId, batchId, some, attempt));
  }

  private void apply(String channelId, String batchId, List<LineAck> acks, int attempt) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> item = table.get(Keys.report(channelId, batchId));
      if (item.isEmpty()) {
        return; // it is not ours
      }
      List<Write> writes = writes(ReportBatch.of(channelId, item.get()), acks, attempt);
      if (writes.isEmpty() || Tables.commit(table, writes).applied()) {
        return;
      }
    }
    throw new PortException("acknowledgements of batch " + batchId + " cannot be stored");
  }

  /** One write for all lines of the batch, and one per alarm; none where nothing is new. */
  private List<Write> writes(ReportBatch batch, List<LineAck> acks, int attempt) {
    Map<String, LineAck> byLine = new HashMap<>();
    acks.forEach(ack -> byLine.putIfAbsent(ack.lineId(), ack));
    List<ReportLine> lines = new ArrayList<>();
    List<Write> writes = new ArrayList<>();
    for (ReportLine line : batch.lines()) {
      Optional<LineAck> ack = Optional.ofNullable(byLine.get(line.id()));
      if (ack.isEmpty() || line.state().ended()) {
        lines.add(line);
        continue;
      }
      if (line.attempt() == 0) {
        throw new IllegalArgumentException("line " + line.id() + " is acknowledged but not sent");
      }
      Verdict verdict = Verdict.of(ack.get(), Math.max(attempt, line.attempt()));
      lines.add(
          verdict.again()
              ? line.again(clock.instant().plus(RETRY), verdict.reason())
              : line.is(verdict.state(), verdict.reason()));
      verdict.alarm().ifPresent(kind -> writes.add(alarm(kind, line, verdict.reason())));
    }
    if (!lines.equals(batch.lines())) {
      writes.addFirst(batch.with(lines).write());
    }
    return writes;
  }

  private Write alarm(Incident.Kind kind, ReportLine line, String reason) {
    String detail =
        "line %s of channel %s, agreement %s: %d of meter %s for %s: %s"
            .formatted(
                line.id(),
                line.channelId(),
                line.agreementId(),
                line.quantity(),
                line.meter(),
                line.hour(),
                reason);
    return incidents.write(kind, line.id(), detail);
  }
}
