package dev.weir.core.meter;

import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Counts facts that were refused and kept aside, once a person has removed the reason: a meter is
 * known now, a time has come. Each fact is counted once however often this is called; what is
 * refused again is kept aside again, under an incident of its own. Stateless and thread-safe.
 */
public final class ReplayRefused {

  private final Ports ports;
  private final Incidents incidents;

  public ReplayRefused(Ports ports) {
    this.ports = ports;
    this.incidents = new Incidents(ports);
  }

  /**
   * Counts the facts of an incident, and resolves it.
   *
   * @throws ProblemException 404 for an unknown incident; 409 where it is of another kind, or its
   *     facts are missing
   */
  public Incident run(String incidentId) {
    Incident incident =
        incidents
            .find(incidentId)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no incident " + incidentId)));
    if (incident.kind() != Incident.Kind.REFUSED_FACTS) {
      throw new ProblemException(
          Problem.conflict("incident " + incidentId + " is " + incident.kind() + ": no facts"));
    }
    String blob = incident.subject();
    List<UsageFact> facts =
        new Archive(ports.blobs())
            .read(blob)
            .orElseThrow(() ->
                new ProblemException(Problem.conflict("refused facts " + blob + " are missing")));
    // The blob is the source: its row remembers that they were applied.
    SourceName source = new SourceName("replay", StableId.of(blob));
    Optional<Instant> now = Optional.of(ports.clock().instant());
    Applied applied = new ApplyBatch(ports).apply(new UsageBatch(source, 0, facts, now, true));
    return incidents.resolve(
        incidentId, "replayed " + applied.seq() + " facts of " + blob + " as " + source.id());
  }
}
