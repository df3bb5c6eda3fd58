package dev.weir.core.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.weir.core.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a customer bought. Product and currency never change; plan and price version do by terms.
 *
 * @param planId of the term that holds now
 * @param priceVersion of that plan, pinned by the term
 * @param currency {@code CNY} or {@code USD}
 * @param acquiredBy the partner or referrer that brought it
 * @param billedThrough the one channel that collects the money
 * @param identities channel id → how that channel names this agreement (licence, tenant, workspace)
 * @param terms its price history, and what is scheduled, by time; 1 to {@link #TERMS_MAX}. What was
 *     used in an hour is rated by the term that held when the hour began
 * @param suspension why it is not served for the time being, though its terms go on
 */
public record Agreement(
    String id,
    String customerId,
    String productId,
    String planId,
    int priceVersion,
    String currency,
    Optional<String> acquiredBy,
    String billedThrough,
    Map<String, String> identities,
    State state,
    Instant startedAt,
    Optional<Instant> endedAt,
    List<Term> terms,
    Optional<Suspension> suspension) {

  /** The most changes of one agreement. */
  public static final int TERMS_MAX = 256;

  public Agreement {
    identities = Map.copyOf(identities);
    terms = List.copyOf(terms);
    if (terms.isEmpty() || terms.size() > TERMS_MAX) {
      throw new IllegalArgumentException(
          "terms " + terms.size() + " not in 1.." + TERMS_MAX + " (agreement " + id + ")");
    }
  }

  /** One that was never changed. */
  public Agreement(
      String id,
      String customerId,
      String productId,
      String planId,
      int priceVersion,
      String currency,
      Optional<String> acquiredBy,
      String billedThrough,
      Map<String, String> identities,
      State state,
      Instant startedAt,
      Optional<Instant> endedAt) {
    this(
        id,
        customerId,
        productId,
        planId,
        priceVersion,
        currency,
        acquiredBy,
        billedThrough,
        identities,
        state,
        startedAt,
        endedAt,
        List.of(new Term(startedAt, Term.Kind.ACTIVE, planId, priceVersion)),
        Optional.empty());
  }

  /** Whether calls are answered. */
  public enum State {
    ACTIVE,
    PAUSED,
    ENDED
  }

  @JsonIgnore
  public boolean active() {
    return state == State.ACTIVE;
  }

  @JsonIgnore
  public boolean ended() {
    return state == State.ENDED;
  }

  /** Why no call is answered; empty where calls are. */
  public Optional<Problem> refusal() {
    return switch (state) {
      case ACTIVE -> suspension.map(s -> s.problem(id));
      case PAUSED ->
          Optional.of(
              Problem.forbidden("agreement %s is paused since %s".formatted(id, lastPause())));
      case ENDED ->
          Optional.of(
              Problem.forbidden("agreement %s ended at %s".formatted(id, endedAt.orElseThrow())));
    };
  }

  /** The term that holds at a moment; before the first one, that. */
  public Term termAt(Instant at) {
    Term found = terms.getFirst();
    for (Term term : terms) {
      if (!term.from().isAfter(at)) {
        found = term;
      }
    }
    return found;
  }

  private Instant lastPause() {
    return terms.reversed().stream()
        .filter(term -> term.kind() == Term.Kind.PAUSED)
        .findFirst()
        .orElseThrow()
        .from();
  }

  /** The same with a term more; what was scheduled for later than now is given up. */
  public Agreement with(Term term, Instant now) {
    List<Term> kept = new ArrayList<>();
    terms.stream().filter(t -> !t.from().isAfter(now)).forEach(kept::add);
    kept.add(term);
    return with(kept, identities, suspension).at(now);
  }

  /** Ended at a moment that may have passed, but not before its last change. */
  Agreement endedAt(Instant at, Instant now) {
    Term last = termAt(now);
    Instant end = at.isBefore(last.from()) ? last.from() : at.isAfter(now) ? now : at;
    return with(new Term(end, Term.Kind.ENDED, last.planId(), last.priceVersion()), now);
  }

  /** As its terms say for a moment. */
  Agreement at(Instant now) {
    Term term = termAt(now);
    boolean ended = term.kind() == Term.Kind.ENDED;
    return new Agreement(
        id,
        customerId,
        productId,
        term.planId(),
        term.priceVersion(),
        currency,
        acquiredBy,
        billedThrough,
        identities,
        term.state(),
        startedAt,
        ended ? Optional.of(term.from()) : Optional.empty(),
        terms,
        suspension);
  }

  Agreement with(Map<String, String> newIdentities) {
    return with(terms, newIdentities, suspension);
  }

  Agreement with(Optional<Suspension> newSuspension) {
    return with(terms, identities, newSuspension);
  }

  private Agreement with(
      List<Term> newTerms, Map<String, String> newIdentities, Optional<Suspension> newSuspension) {
    return new Agreement(
        id,
        customerId,
        productId,
        planId,
        priceVersion,
        currency,
        acquiredBy,
        billedThrough,
        newIdentities,
        state,
        startedAt,
        endedAt,
        newTerms,
        newSuspension);
  }
}
