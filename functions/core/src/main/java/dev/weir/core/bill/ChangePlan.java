package dev.weir.core.bill;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.ChangeAgreement;
import dev.weir.core.account.Term;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Upgrades, downgrades, pauses, resumes and cancels agreements, now or at a later moment, and says
 * before what it would charge and give back. Stateless and thread-safe.
 */
public final class ChangePlan {

  private final Table table;
  private final InstantSource clock;
  private final Accounts accounts;
  private final Catalog catalog;
  private final ChangeAgreement change;
  private final Pinned pinned;

  public ChangePlan(Ports ports, Terms terms) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.change = new ChangeAgreement(ports);
    this.pinned = new Pinned(ports, terms, false);
  }

  /** What is wished. */
  public sealed interface Wish {}

  /**
   * Another plan, or another version of it.
   *
   * @param priceVersion absent: the one in force when it begins
   */
  public record Move(String planId, Optional<Integer> priceVersion) implements Wish {}

  /** No calls, no subscription. */
  public record Pause() implements Wish {}

  /** On with the plan that it had. */
  public record Resume() implements Wish {}

  /** The end. */
  public record Cancel() implements Wish {}

  /** When it is to begin. */
  public sealed interface When {}

  /** At a moment; one that has passed is now. */
  public record At(Instant moment) implements When {}

  /** When every subscription period that is paid for is over; now where there is none. */
  public record PeriodEnd() implements When {}

  /**
   * What a change means for subscriptions; what is used later is not known yet.
   *
   * @param spans what is charged when it begins, and negative what is given back, before codes and
   *     credit
   * @param totalMicros their sum
   */
  public record Preview(
      String agreementId,
      String currency,
      Term before,
      Term after,
      List<Part.Span> spans,
      long totalMicros) {}

  /**
   * Changes an agreement.
   *
   * @throws ProblemException 404 for an unknown agreement, plan or version; 409 where it has ended,
   *     is in that state already, the plan is of another product or currency, or the version is not
   *     in force when the change begins
   */
  public Agreement change(String agreementId, Wish wish, When when) {
    Agreement agreement = require(agreementId);
    Instant at = moment(agreement, when);
    return change.change(agreementId, at, kind(wish), current -> pinned(current, wish, at));
  }

  /** What the change would charge and give back; nothing is stored. */
  public Preview preview(String agreementId, Wish wish, When when) {
    Agreement agreement = require(agreementId);
    Instant now = clock.instant();
    Instant at = ChangeAgreement.moment(agreement, moment(agreement, when), now);
    ChangeAgreement.Pinned.To to = pinned(agreement, wish, at);
    Term after = new Term(at, kind(wish), to.planId(), to.priceVersion());
    Agreement changed = ChangeAgreement.changed(agreement, after, now);
    List<Coverage> covered = covered(agreementId);
    Instant began = pinned.trialUntil(agreement).orElseGet(() -> Coverage.began(agreement));
    // What is due without the change is charged in any case.
    for (Coverage.Due due :
        Coverage.due(Coverage.forces(agreement, began, pinned::price), covered, at)) {
      covered = replaced(covered, due.after());
    }
    List<Part.Span> spans =
        Coverage.due(Coverage.forces(changed, began, pinned::price), covered, at.plusSeconds(1))
            .stream()
            .map(Coverage.Due::span)
            .toList();
    long total = spans.stream().mapToLong(Part.Span::micros).reduce(0, Math::addExact);
    return new Preview(
        agreementId, agreement.currency(), agreement.termAt(at), after, spans, total);
  }

  private static List<Coverage> replaced(List<Coverage> all, Coverage one) {
    return Stream.concat(
            all.stream().filter(c -> !c.of().equals(one.of()) || !c.period().equals(one.period())),
            Stream.of(one))
        .toList();
  }

  private List<Coverage> covered(String agreementId) {
    return Subscriptions.Covered.of(table.get(Keys.subscription(agreementId))).subscriptions();
  }

  private Agreement require(String agreementId) {
    return accounts
        .agreement(agreementId)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
  }

  private Instant moment(Agreement agreement, When when) {
    return switch (when) {
      case At at -> at.moment();
      case PeriodEnd _ -> {
        Instant now = clock.instant();
        TreeSet<Instant> ends = new TreeSet<>();
        for (Coverage coverage : covered(agreement.id())) {
          coverage.spans().forEach(span -> ends.add(span.to()));
        }
        yield ends.isEmpty() || ends.last().isBefore(now) ? now : ends.last();
      }
    };
  }

  private static Term.Kind kind(Wish wish) {
    return switch (wish) {
      case Move _, Resume _ -> Term.Kind.ACTIVE;
      case Pause _ -> Term.Kind.PAUSED;
      case Cancel _ -> Term.Kind.ENDED;
    };
  }

  private ChangeAgreement.Pinned.To pinned(Agreement agreement, Wish wish, Instant at) {
    Term term = agreement.termAt(clock.instant());
    ChangeAgreement.Pinned.To same =
        new ChangeAgreement.Pinned.To(term.planId(), term.priceVersion());
    return switch (wish) {
      case Move move -> moved(agreement, move, at);
      case Pause _ -> {
        requireState(agreement, term, Term.Kind.ACTIVE);
        yield same;
      }
      case Resume _ -> {
        requireState(agreement, term, Term.Kind.PAUSED);
        yield same;
      }
      case Cancel _ -> same;
    };
  }

  private static void requireState(Agreement agreement, Term term, Term.Kind kind) {
    if (term.kind() != kind) {
      throw conflict("agreement " + agreement.id() + " is " + term.kind() + ", not " + kind);
    }
  }

  private ChangeAgreement.Pinned.To moved(Agreement agreement, Move move, Instant at) {
    Plan plan =
        catalog
            .plan(move.planId())
            .orElseThrow(() -> new ProblemException(Problem.notFound("no plan " + move.planId())));
    if (!plan.productId().equals(agreement.productId())) {
      throw conflict(
          "plan %s is of product %s, agreement %s has %s"
              .formatted(plan.id(), plan.productId(), agreement.id(), agreement.productId()));
    }
    if (!plan.currency().equals(agreement.currency())) {
      throw conflict(
          "plan %s is in %s, agreement %s in %s"
              .formatted(plan.id(), plan.currency(), agreement.id(), agreement.currency()));
    }
    PriceVersion price =
        move.priceVersion().isPresent()
            ? pinned.price(plan.id(), move.priceVersion().get())
            : catalog.priceAt(plan.id(), at.isBefore(clock.instant()) ? clock.instant() : at);
    if (price.effectiveFrom().isAfter(at) && price.effectiveFrom().isAfter(clock.instant())) {
      throw conflict(
          "price version %d of plan %s begins at %s, after %s"
              .formatted(price.version(), plan.id(), price.effectiveFrom(), at));
    }
    return new ChangeAgreement.Pinned.To(plan.id(), price.version());
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
