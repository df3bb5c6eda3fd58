package dev.weir.core.meter;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a person must look at, in the table. Stateless and thread-safe. */
public final class Incidents {

  private final Table table;
  private final InstantSource clock;

  public Incidents(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
  }

  /** The write that records it, for the commit in which it happens. */
  public Write write(Incident.Kind kind, String subject, String detail) {
    String id = StableId.of(kind.name(), subject);
    Key key = Keys.incident(id);
    return Write.put(key, Json.write(Incident.open(id, kind, subject, detail, clock.instant())));
  }

  public List<Incident> list() {
    return Tables.list(table, Table.Query.all(Keys.INCIDENTS)).stream()
        .map(item -> Json.read(item.body(), Incident.class))
        .toList();
  }

  public Optional<Incident> find(String id) {
    return table.get(Keys.incident(id)).map(item -> Json.read(item.body(), Incident.class));
  }

  /**
   * The write that resolves an open incident, for the commit that does something about it.
   *
   * @throws ProblemException 404 for an unknown incident; 409 where it is resolved
   */
  public Write resolving(String id, String how) {
    Item item = require(id);
    Incident incident = Json.read(item.body(), Incident.class);
    if (incident.resolvedAt().isPresent()) {
      throw new ProblemException(
          Problem.conflict(
              "incident %s was resolved at %s: %s"
                  .formatted(id, incident.resolvedAt().get(), incident.resolution().orElse(""))));
    }
    return Write.put(
        item.key(),
        Json.write(incident.resolved(clock.instant(), how)),
        Condition.atVersion(item.version()));
  }

  private Item require(String id) {
    return table
        .get(Keys.incident(id))
        .orElseThrow(() -> new ProblemException(Problem.notFound("no incident " + id)));
  }

  /**
   * Notes what a person did about it. Should the same happen again, it is open again.
   *
   * @throws ProblemException 404 for an unknown incident; 400 where nothing, or too much, is said;
   *     409 where it changed meanwhile
   */
  public Incident resolve(String id, String resolution) {
    if (resolution.isBlank() || resolution.length() > Incident.RESOLUTION_MAX) {
      throw new ProblemException(
          Problem.badRequest(
              "resolution length %d not in 1..%d"
                  .formatted(resolution.strip().length(), Incident.RESOLUTION_MAX)));
    }
    Item item = require(id);
    Incident resolved =
        Json.read(item.body(), Incident.class).resolved(clock.instant(), resolution.strip());
    Write write = Write.put(item.key(), Json.write(resolved), Condition.atVersion(item.version()));
    return switch (Tables.commit(table, List.of(write))) {
      case Outcome.Applied _ -> resolved;
      case Outcome.Refused _ ->
          throw new ProblemException(Problem.conflict("incident " + id + " changed meanwhile"));
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("incident " + id + " may not be resolved");
    };
  }
}
