package dev.weir.core.bill;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Custom development for a customer, paid by milestones: each is agreed, delivered, and accepted or
 * sent back; accepted, it is charged once.
 *
 * @param id {@code [a-z0-9-]{1,64}}
 * @param milestones 1 to {@link #MILESTONES_MAX}
 */
public record Project(
    String id, String agreementId, String name, String currency, List<Milestone> milestones) {

  public static final int MILESTONES_MAX = 64;

  private static final int NAME_MAX_CHARS = 200;
  private static final long AMOUNT_MAX_MICROS = 1_000_000_000_000_000L;
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

  public Project {
    milestones = List.copyOf(milestones);
    require(ID.matcher(id).matches(), "project id \"" + id + "\" is not [a-z0-9-]{1,64}");
    checkName(name);
    require(
        !milestones.isEmpty() && milestones.size() <= MILESTONES_MAX,
        "milestones " + milestones.size() + " not in 1.." + MILESTONES_MAX);
    Set<String> ids = new HashSet<>();
    for (Milestone milestone : milestones) {
      require(ids.add(milestone.id()), "milestone " + milestone.id() + " is there twice");
    }
  }

  /**
   * A step of it.
   *
   * @param at when it came to its state
   * @param reason why it was sent back; empty string where it was not
   * @param lineId what charged it
   */
  public record Milestone(
      String id,
      String name,
      long amountMicros,
      State state,
      Instant at,
      String reason,
      Optional<String> lineId) {

    public Milestone {
      require(ID.matcher(id).matches(), "milestone id \"" + id + "\" is not [a-z0-9-]{1,64}");
      checkName(name);
      require(
          amountMicros >= 0 && amountMicros <= AMOUNT_MAX_MICROS,
          "amount " + amountMicros + " not in 0.." + AMOUNT_MAX_MICROS + " (milestone " + id + ")");
    }

    private Milestone to(State next, Instant now, String why, Optional<String> line) {
      return new Milestone(id, name, amountMicros, next, now, why, line);
    }
  }

  /** Where a milestone is. */
  public enum State {
    AGREED,
    DELIVERED,
    ACCEPTED
  }

  /** The milestone, or a 404 problem. */
  public Milestone milestone(String milestoneId) {
    return milestones.stream()
        .filter(m -> m.id().equals(milestoneId))
        .findFirst()
        .orElseThrow(() ->
            new ProblemException(
                Problem.notFound("no milestone " + milestoneId + " in project " + id)));
  }

  Project delivered(String milestoneId, Instant now) {
    Milestone milestone = in(milestoneId, State.AGREED);
    return with(milestone.to(State.DELIVERED, now, "", Optional.empty()));
  }

  Project sentBack(String milestoneId, String reason, Instant now) {
    require(!reason.isBlank(), "a milestone is sent back without a reason");
    Milestone milestone = in(milestoneId, State.DELIVERED);
    return with(milestone.to(State.AGREED, now, reason, Optional.empty()));
  }

  Project accepted(String milestoneId, String lineId, Instant now) {
    Milestone milestone = in(milestoneId, State.DELIVERED);
    return with(milestone.to(State.ACCEPTED, now, "", Optional.of(lineId)));
  }

  private Milestone in(String milestoneId, State wanted) {
    Milestone milestone = milestone(milestoneId);
    if (milestone.state() != wanted) {
      throw new ProblemException(
          Problem.conflict(
              "milestone %s of project %s is %s, not %s"
                  .formatted(milestoneId, id, milestone.state(), wanted)));
    }
    return milestone;
  }

  private Project with(Milestone changed) {
    List<Milestone> all = new ArrayList<>(milestones);
    all.replaceAll(m -> m.id().equals(changed.id()) ? changed : m);
    return new Project(id, agreementId, name, currency, all);
  }

  private static void checkName(String name) {
    require(
        !name.isBlank() && name.length() <= NAME_MAX_CHARS,
        "name length " + name.length() + " not in 1.." + NAME_MAX_CHARS);
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
