package dev.weir.core.bill;

import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what a market did not take of an hour into the report of a later one, when a person says
 * so: a window closed, a customer was unknown, a line was refused. The line keeps its end; its
 * quantity is part of the agreement's next line. Of a line that expired without an answer the
 * market may have the quantity all the same: that is for the person to find out before. Stateless
 * and thread-safe.
 */
public final class ReplayReport {

  private final Table table;
  private final Terms terms;
  private final Incidents incidents;

  public ReplayReport(Ports ports, Terms terms) {
    this.table = ports.table();
    this.terms = terms;
    this.incidents = new Incidents(ports);
  }

  /** Whether an incident is about a line that can be taken into a later report. */
  public static boolean takes(Incident.Kind kind) {
    return switch (kind) {
      case EXPIRED_REPORT, NOT_SUBSCRIBED, REJECTED_REPORT -> true;
      case LOST_SOURCE,
          REFUSED_FACTS,
          RECOUNT_DIFFERS,
          TOO_MANY_ITEMS,
          UNRATED_HOUR,
          DUPLICATE_REPORT ->
          false;
    };
  }

  /**
   * Carries the line of an incident to the next hour's report, once, and resolves the incident.
   *
   * @throws ProblemException 404 for an unknown incident; 409 where it is of another kind or
   *     resolved, or its line holds nothing that can be reported
   */
  public Incident run(String incidentId) {
    Incident incident =
        incidents
            .find(incidentId)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no incident " + incidentId)));
    if (!takes(incident.kind())) {
      throw conflict("incident " + incidentId + " is " + incident.kind() + ": no line");
    }
    ReportLine line =
        find(incident.subject())
            .orElseThrow(() -> conflict("no line " + incident.subject() + " is reported"));
    if (!line.state().ended() || line.state().accepted() || line.parts().isEmpty()) {
      throw conflict(
          "line %s is %s with %d: nothing is left to report"
              .formatted(line.id(), line.state(), line.quantity()));
    }
    Carry before = Carry.read(table, line.agreementId());
    Carry carry = before;
    for (ReportLine.Part part : line.parts()) {
      carry = carry.plus(line.meter(), part);
    }
    check(line, carry);
    String how =
        "%d of line %s are part of the next report of agreement %s"
            .formatted(line.quantity(), line.id(), line.agreementId());
    List<Write> writes = new ArrayList<>(List.of(incidents.resolving(incidentId, how)));
    carry.write(before).ifPresent(writes::add);
    return switch (Tables.commit(table, writes)) {
      case Outcome.Applied _ -> incidents.find(incidentId).orElseThrow();
      case Outcome.Refused _ -> throw conflict("incident " + incidentId + " changed meanwhile");
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("incident " + incidentId + " may not be replayed");
    };
  }

  /** What a few hours' lines cannot take would hold up the agreement's rating. */
  private void check(ReportLine line, Carry carry) {
    try {
      terms
          .of(line.channelId())
          .flatMap(ChannelTerms::reporting)
          .ifPresent(limits -> ReportQueue.later(limits, List.of(), carry));
    } catch (ArithmeticException e) {
      throw conflict("line " + line.id() + " cannot be carried: " + e.getMessage());
    }
  }

  private Optional<ReportLine> find(String lineId) {
    String batchId = ReportBatch.idOf(lineId);
    for (ChannelTerms channel : terms.all()) {
      Optional<Item> item = table.get(Keys.report(channel.channelId(), batchId));
      if (item.isPresent()) {
        return ReportBatch.of(channel.channelId(), item.get()).lines().stream()
            .filter(line -> line.id().equals(lineId))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
