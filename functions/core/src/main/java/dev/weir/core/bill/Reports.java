package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sends sealed lines to the channels that report, within what their manifests declare. A line is
 * stored as sent, together with the message, before anybody can call the other side; one that is
 * not acknowledged is sent again, unchanged. Stateless and thread-safe.
 */
public final class Reports {

  /** How long an acknowledgement may take before a line is sent again. */
  public static final Duration AGAIN = Duration.ofMinutes(20);

  private final Ports ports;
  private final Table table;
  private final InstantSource clock;
  private final Terms terms;
  private final Outbox outbox;
  private final Incidents incidents;

  public Reports(Ports ports, Terms terms) {
    this.ports = ports;
    this.table = ports.table();
    this.clock = ports.clock();
    this.terms = terms;
    this.outbox = new Outbox(ports);
    this.incidents = new Incidents(ports);
  }

  private record Due(Item item, ReportLine line) {}

  /**
   * Puts what is due into the outbox.
   *
   * @return how many lines
   */
  public int run() {
    Instant rated = RateHours.ratedUntil(ports);
    int lines = 0;
    for (ChannelTerms channel : terms.all()) {
      if (channel.reporting().isPresent()) {
        lines += run(channel.channelId(), channel.reporting().get(), rated);
      }
    }
    return lines;
  }

  private int run(String channelId, ReportingLimits limits, Instant rated) {
    Instant now = clock.instant();
    Map<Integer, List<Due>> byAttempt = new TreeMap<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.due(channelId)))) {
      ReportLine line = Json.read(item.body(), ReportLine.class);
      boolean waits = line.notBefore().map(now::isBefore).orElse(false);
      if (waits || !line.hour().isBefore(rated)) {
        continue;
      }
      if (!now.isBefore(limits.closes(line.meter(), line.hour()))) {
        expire(item, line, limits);
      } else {
        byAttempt.computeIfAbsent(line.attempt(), _ -> new ArrayList<>()).add(new Due(item, line));
      }
    }
    int sent = 0;
    for (List<Due> due : byAttempt.values()) {
      for (int from = 0; from < due.size(); from += limits.batchMax()) {
        int to = Math.min(due.size(), from + limits.batchMax());
        sent += send(channelId, due.subList(from, to), now);
      }
    }
    return sent;
  }

  /** One commit: the lines as sent, and the message; so the call can only come after it. */
  private int send(String channelId, List<Due> due, Instant now) {
    List<Write> writes = new ArrayList<>();
    List<ReportTask.Line> wire = new ArrayList<>();
    int attempt = 0;
    for (Due one : due) {
      ReportLine sent = one.line().sent(now.plus(AGAIN));
      attempt = sent.attempt();
      writes.add(replace(one.item(), sent));
      wire.add(
          new ReportTask.Line(
              sent.id(),
              sent.bindingId(),
              sent.meter(),
              sent.hour(),
              sent.quantity(),
              sent.scale()));
    }
    String body = Json.write(new ReportTask.Report(wire, attempt));
    writes.add(outbox.row(Queues.report(channelId), channelId, body));
    // Refused or unknown: the next run reads again, and counts one attempt more if it was stored.
    return Tables.commit(table, writes).applied() ? due.size() : 0;
  }

  private static Write replace(Item item, ReportLine line) {
    return Write.put(item.key(), Json.write(line), Condition.atVersion(item.version()));
  }

  private void expire(Item item, ReportLine line, ReportingLimits limits) {
    String detail =
        "line %s, agreement %s: %d of meter %s for %s were not accepted before %s"
            .formatted(
                line.id(),
                line.agreementId(),
                line.quantity(),
                line.meter(),
                line.hour(),
                limits.closes(line.meter(), line.hour()));
    ReportLine expired = line.is(ReportLine.State.EXPIRED, "the window closed");
    List<Write> writes = new ArrayList<>(end(item, expired));
    writes.add(incidents.write(Incident.Kind.EXPIRED_REPORT, line.id(), detail));
    Tables.commit(table, writes);
  }

  /** Moves a line whose end is known from the due ones to the done ones. */
  static List<Write> end(Item item, ReportLine line) {
    return List.of(
        new Write.Delete(item.key(), Condition.atVersion(item.version())),
        Write.put(Keys.done(line.channelId(), line.id()), Json.write(line), Condition.ABSENT));
  }

  /** A line, on its way or at its end. */
  Optional<ReportLine> find(String channelId, String id) {
    return table
        .get(Keys.due(channelId, id))
        .or(() -> table.get(Keys.done(channelId, id)))
        .map(item -> Json.read(item.body(), ReportLine.class));
  }

  /** A channel's lines that are on their way, by hour. */
  public List<ReportLine> due(String channelId) {
    return lines(Keys.due(channelId));
  }

  /** A channel's lines whose end is known, by hour. */
  public List<ReportLine> done(String channelId) {
    return lines(Keys.done(channelId));
  }

  private List<ReportLine> lines(String partition) {
    return Tables.list(table, Table.Query.all(partition)).stream()
        .map(item -> Json.read(item.body(), ReportLine.class))
        .toList();
  }

  /**
   * Reports a sealed hour without usage as zero, for markets that ask for it. The other side takes
   * the first record of an hour only, so an hour that may still get facts is refused.
   *
   * @return false where the hour has a line already
   * @throws ProblemException where the hour is not sealed and rated, or the meter takes no zero
   */
  public boolean zero(String agreementId, String meter, Instant hour) {
    Agreement agreement =
        new Accounts(ports)
            .agreement(agreementId)
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
    Optional<ReportingLimits.OfMeter> limits =
        terms
            .of(agreement.billedThrough())
            .flatMap(ChannelTerms::reporting)
            .map(reporting -> reporting.meters().get(meter));
    if (!limits.map(ReportingLimits.OfMeter::zeroAllowed).orElse(false)) {
      throw new ProblemException(
          Problem.conflict(
              "channel " + agreement.billedThrough() + " takes no zero of meter " + meter));
    }
    Instant rated = RateHours.ratedUntil(ports);
    if (!hour.equals(Hours.of(hour)) || !hour.isBefore(rated)) {
      throw new ProblemException(
          Problem.conflict("hour " + hour + " is not sealed; hours before " + rated + " are"));
    }
    String id = Keys.reportId(agreement.billedThrough(), agreementId, meter, hour);
    ReportLine line = ReportQueue.empty(id, agreement, meter, hour, limits.orElseThrow().scale());
    return Tables.commit(
            table,
            List.of(
                Write.put(Keys.due(line.channelId(), id), Json.write(line), Condition.ABSENT),
                Write.check(Keys.done(line.channelId(), id), Condition.ABSENT)))
        .applied();
  }
}
