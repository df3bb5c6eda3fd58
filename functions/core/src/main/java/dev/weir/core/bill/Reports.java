package dev.weir.core.bill;

import dev.weir.core.channel.FinalWindows;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sends sealed lines to the channels that report, within what their manifests declare. A batch is
 * stored as sent before its message exists; what is not acknowledged, because the message, the call
 * or the answer was lost, is sent again, unchanged. Stateless and thread-safe.
 */
public final class Reports {

  /** How long an acknowledgement may take before a line is sent again. */
  public static final Duration AGAIN = Duration.ofMinutes(20);

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Terms terms;
  private final Incidents incidents;
  private final FinalWindows windows;

  public Reports(Ports ports, Terms terms) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.terms = terms;
    this.incidents = new Incidents(ports);
    this.windows = new FinalWindows(ports);
  }

  /**
   * Sends what is due.
   *
   * @return how many lines
   * @throws PortException where a queue took no message; its lines are sent again later
   */
  public int run() {
    int lines = 0;
    for (ChannelTerms channel : terms.all()) {
      if (channel.reporting().isPresent()) {
        lines += run(channel.channelId(), channel.reporting().get());
      }
    }
    return lines;
  }

  /** When the final windows of a channel's bindings end, each looked up once. */
  private record Ends(
      FinalWindows windows, String channelId, Map<String, Optional<Instant>> known) {
    Optional<Instant> of(String bindingId) {
      return known.computeIfAbsent(bindingId, id -> windows.of(channelId, id));
    }
  }

  private int run(String channelId, ReportingLimits limits) {
    int sent = 0;
    int room = limits.callsWaitingMax();
    Ends ends = new Ends(windows, channelId, new HashMap<>());
    for (Item due : Tables.list(table, Table.Query.all(Keys.due(channelId)))) {
      Optional<Item> item = table.get(Keys.report(channelId, due.key().sort()));
      if (item.isEmpty()) {
        continue; // a store that shows the parts of a commit one by one
      }
      ReportBatch batch = ReportBatch.of(channelId, item.get());
      if (batch.ended()) {
        // Nothing of it changes any more; where this is lost, the next run does it.
        Outcome _ = Tables.commit(table, List.of(Write.delete(due.key())));
      } else {
        ReportBatch open = expire(batch, limits, ends);
        room -= waiting(open, limits);
        // The oldest hours go first, since their windows close first; the others' turn comes.
        if (room >= calls(open.lines().size(), limits)) {
          int lines = send(open, limits, ends);
          sent += lines;
          room -= calls(lines, limits);
        } else {
          room = 0;
        }
      }
    }
    return sent;
  }

  /** How many calls of a batch are on their way. */
  private int waiting(ReportBatch batch, ReportingLimits limits) {
    Instant now = clock.instant();
    long lines =
        batch.lines().stream()
            .filter(line -> line.state() == ReportLine.State.SENT && !due(line, now))
            .count();
    return calls(lines, limits);
  }

  private static int calls(long lines, ReportingLimits limits) {
    return Math.toIntExact((lines + limits.batchMax() - 1) / limits.batchMax());
  }

  /** The batch without lines whose window closed; each of those is an incident. */
  private ReportBatch expire(ReportBatch batch, ReportingLimits limits, Ends ends) {
    Instant now = clock.instant();
    List<ReportLine> lines = new ArrayList<>();
    List<Write> writes = new ArrayList<>();
    for (ReportLine line : batch.lines()) {
      Instant window = limits.closes(line.meter(), line.hour());
      // Only of lines that are due: each is a read.
      Instant closes =
          due(line, now)
              ? ends.of(line.bindingId()).filter(window::isAfter).orElse(window)
              : window;
      if (due(line, now) && !now.isBefore(closes)) {
        lines.add(line.is(ReportLine.State.EXPIRED, "the window closed"));
        writes.add(expired(line, closes));
      } else {
        lines.add(line);
      }
    }
    if (writes.isEmpty()) {
      return batch;
    }
    writes.addFirst(batch.with(lines).write());
    Outcome outcome = Tables.commit(table, writes);
    return table
        .get(Keys.report(batch.channelId(), batch.id()))
        .filter(_ -> outcome.applied())
        .map(item -> ReportBatch.of(batch.channelId(), item))
        .orElse(batch);
  }

  private Write expired(ReportLine line, Instant closes) {
    String detail =
        "line %s, agreement %s: %d of meter %s for %s were not accepted before %s"
            .formatted(
                line.id(), line.agreementId(), line.quantity(), line.meter(), line.hour(), closes);
    return incidents.write(Incident.Kind.EXPIRED_REPORT, line.id(), detail);
  }

  private static boolean due(ReportLine line, Instant now) {
    return !line.state().ended() && line.notBefore().map(at -> !now.isBefore(at)).orElse(true);
  }

  /** First the lines as sent, then the messages; so the call can only come after it. */
  private int send(ReportBatch batch, ReportingLimits limits, Ends ends) {
    Instant now = clock.instant();
    Map<Integer, List<ReportTask.Line>> byAttempt = new TreeMap<>();
    List<ReportLine> lines = new ArrayList<>();
    for (ReportLine line : batch.lines()) {
      boolean open = now.isBefore(limits.closes(line.meter(), line.hour()));
      if (due(line, now) && open) {
        ReportLine sent = line.sent(now.plus(AGAIN));
        byAttempt.computeIfAbsent(sent.attempt(), _ -> new ArrayList<>()).add(wire(sent, ends));
        lines.add(sent);
      } else {
        lines.add(line);
      }
    }
    // Refused or unknown: the next run reads again, and counts one attempt more if it was stored.
    if (byAttempt.isEmpty()
        || !Tables.commit(table, List.of(batch.with(lines).write())).applied()) {
      return 0;
    }
    int sent = 0;
    Queue queue = ports.queue(Queues.report(batch.channelId()));
    for (Map.Entry<Integer, List<ReportTask.Line>> attempt : byAttempt.entrySet()) {
      List<ReportTask.Line> wire = attempt.getValue();
      for (int from = 0; from < wire.size(); from += limits.batchMax()) {
        int to = Math.min(wire.size(), from + limits.batchMax());
        ReportTask task =
            new ReportTask.Report(
                wire.subList(from, to), attempt.getKey(), Optional.of(now.plus(AGAIN)));
        queue.send(batch.channelId(), Json.write(task), Duration.ZERO);
        sent += to - from;
      }
    }
    return sent;
  }

  private static ReportTask.Line wire(ReportLine line, Ends ends) {
    return new ReportTask.Line(
        line.id(),
        line.bindingId(),
        line.meter(),
        line.hour(),
        line.quantity(),
        line.scale(),
        ends.of(line.bindingId()));
  }

  /** The lines of an hour, on their way or at their end. */
  List<ReportLine> of(String channelId, Instant hour) {
    return lines(channelId, Keys.reports(channelId, hour));
  }

  /** A channel's lines that are on their way, by hour. */
  public List<ReportLine> due(String channelId) {
    return all(channelId).stream().filter(line -> !line.state().ended()).toList();
  }

  /** A channel's lines whose end is known, by hour. */
  public List<ReportLine> done(String channelId) {
    return all(channelId).stream().filter(line -> line.state().ended()).toList();
  }

  /** All lines of a channel, by hour. */
  public List<ReportLine> all(String channelId) {
    return lines(channelId, Table.Query.all(Keys.reports(channelId)));
  }

  private List<ReportLine> lines(String channelId, Table.Query query) {
    return Tables.list(table, query).stream()
        .flatMap(item -> ReportBatch.of(channelId, item).lines().stream())
        .toList();
  }
}
