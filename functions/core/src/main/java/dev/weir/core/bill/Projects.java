package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Term;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Projects and their milestones. Stateless and thread-safe. */
public final class Projects {

  private static final int ATTEMPTS_MAX = 16;

  private final Table table;
  private final InstantSource clock;
  private final Accounts accounts;
  private final RateLine rateLine;
  private final Ledger ledger;

  public Projects(Ports ports, Terms terms) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.accounts = new Accounts(ports);
    this.rateLine = new RateLine(ports, terms);
    this.ledger = new Ledger(ports);
  }

  /** What is agreed of a milestone. */
  public record Agreed(String id, String name, long amountMicros) {}

  /**
   * Agrees a project; the same again answers it as it stands.
   *
   * @throws ProblemException 404 for an unknown agreement; 409 where it has ended, is in another
   *     currency, or another project has the id
   */
  public Project agree(
      String id, String agreementId, String name, String currency, List<Agreed> milestones) {
    Agreement agreement = agreement(agreementId);
    if (agreement.ended()) {
      throw conflict(agreement.refusal().orElseThrow().detail());
    }
    if (!agreement.currency().equals(currency)) {
      throw conflict(
          "project %s is in %s, agreement %s in %s"
              .formatted(id, currency, agreementId, agreement.currency()));
    }
    Instant now = clock.instant();
    List<Project.Milestone> agreed =
        milestones.stream()
            .map(m ->
                new Project.Milestone(
                    m.id(),
                    m.name(),
                    m.amountMicros(),
                    Project.State.AGREED,
                    now,
                    "",
                    Optional.empty()))
            .toList();
    Project project = new Project(id, agreementId, name, currency, agreed);
    Write write = Write.put(Keys.project(id), Json.write(project), Condition.ABSENT);
    if (Tables.commit(table, List.of(write)).applied()) {
      return project;
    }
    Project there = require(id);
    if (!agreed(there).equals(agreed(project))) {
      throw conflict("project " + id + " is agreed and cannot change");
    }
    return there;
  }

  private static List<String> agreed(Project project) {
    List<String> said = new ArrayList<>(List.of(project.agreementId(), project.name()));
    project.milestones().forEach(m -> said.add(m.id() + "/" + m.name() + "/" + m.amountMicros()));
    return said;
  }

  public Optional<Project> find(String id) {
    return table.get(Keys.project(id)).map(item -> Json.read(item.body(), Project.class));
  }

  public List<Project> list() {
    return Tables.list(table, Table.Query.all(Keys.PROJECTS)).stream()
        .map(item -> Json.read(item.body(), Project.class))
        .toList();
  }

  public Project deliver(String id, String milestoneId) {
    return move(id, project -> Step.of(project.delivered(milestoneId, clock.instant())));
  }

  /** The customer does not take it. */
  public Project sendBack(String id, String milestoneId, String reason) {
    return move(id, project -> Step.of(project.sentBack(milestoneId, reason, clock.instant())));
  }

  /** The customer takes it: it is charged, once, with the acceptance. */
  public Project accept(String id, String milestoneId) {
    return move(
        id,
        project -> {
          Line line = line(project, milestoneId);
          Project accepted = project.accepted(milestoneId, line.id(), clock.instant());
          EntryId entry = EntryId.parse(line.id()).orElseThrow();
          List<Write> writes =
              new ArrayList<>(ledger.entries(List.of(Entry.of(entry, List.of(line)))));
          writes.add(SealedHours.open(line.hour()));
          return new Step(accepted, writes);
        });
  }

  /** A project after a step, and what is written with it. */
  private record Step(Project project, List<Write> writes) {
    static Step of(Project project) {
      return new Step(project, List.of());
    }
  }

  private Line line(Project project, String milestoneId) {
    Project.Milestone milestone = project.milestone(milestoneId);
    Agreement agreement = agreement(project.agreementId());
    Instant hour = Hours.of(clock.instant());
    Term term = agreement.termAt(hour);
    EntryId id =
        EntryId.other(
            agreement.id(),
            Line.month(hour),
            "milestone-" + StableId.of(project.id(), milestoneId));
    String what = project.name() + ": " + milestone.name();
    return rateLine.other(
        Line.Kind.MILESTONE,
        id,
        hour,
        List.of(new Part.Fixed(what, milestone.amountMicros())),
        milestone.amountMicros(),
        rateLine.pinned().basis(agreement, term.planId(), term.priceVersion()));
  }

  private Project move(String id, Function<Project, Step> step) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Item item =
          table
              .get(Keys.project(id))
              .orElseThrow(() -> new ProblemException(Problem.notFound("no project " + id)));
      Project project = Json.read(item.body(), Project.class);
      Step moved = step.apply(project);
      List<Write> writes = new ArrayList<>(moved.writes());
      writes.add(
          Write.put(item.key(), Json.write(moved.project()), Condition.atVersion(item.version())));
      if (Tables.commit(table, writes).applied()) {
        return moved.project();
      }
    }
    throw new PortException("project " + id + " cannot be stored");
  }

  private Project require(String id) {
    return find(id).orElseThrow(() -> new ProblemException(Problem.notFound("no project " + id)));
  }

  private Agreement agreement(String id) {
    return accounts
        .agreement(id)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no agreement " + id)));
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
