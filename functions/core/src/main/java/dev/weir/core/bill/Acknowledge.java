package dev.weir.core.bill;

import dev.weir.core.channel.LineAck;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what the other side said, line by line; each line's end is stored at once, so that trouble
 * with one loses nothing of the others. The same acknowledgement again changes nothing. Stateless
 * and thread-safe.
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
    acks.forEach(ack -> apply(channelId, ack, attempt));
  }

  private void apply(String channelId, LineAck ack, int attempt) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Item> due = table.get(Keys.due(channelId, ack.lineId()));
      if (due.isEmpty()) {
        return; // its end is known, or it is not ours
      }
      ReportLine line = Json.read(due.get().body(), ReportLine.class);
      if (line.attempt() == 0) {
        throw new IllegalArgumentException("line " + line.id() + " is acknowledged but not sent");
      }
      Outcome outcome = Tables.commit(table, writes(due.get(), line, ack, attempt));
      if (outcome.applied()) {
        return;
      }
    }
    throw new PortException("acknowledgement of line " + ack.lineId() + " cannot be stored");
  }

  private List<Write> writes(Item due, ReportLine line, LineAck ack, int attempt) {
    Verdict verdict = Verdict.of(ack, Math.max(attempt, line.attempt()));
    if (verdict.again()) {
      Instant at = clock.instant().plus(RETRY);
      return List.of(
          Write.put(
              due.key(),
              Json.write(line.again(at, verdict.reason())),
              Condition.atVersion(due.version())));
    }
    List<Write> writes =
        new ArrayList<>(Reports.end(due, line.is(verdict.state(), verdict.reason())));
    verdict.alarm().ifPresent(kind -> writes.add(alarm(kind, line, verdict.reason())));
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
