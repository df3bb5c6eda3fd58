package dev.weir.core.account;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gives agreements new terms, now or at a later moment. Stateless and thread-safe. */
public final class ChangeAgreement {

  /** How far ahead a change can be scheduled. */
  public static final Duration AHEAD_MAX = Duration.ofDays(3660);

  private final Table table;
  private final InstantSource clock;
  private final Accounts accounts;

  public ChangeAgreement(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.accounts = new Accounts(ports);
  }

  /**
   * Gives an agreement a term. What was scheduled before for later than now is given up.
   *
   * @param at when it begins, to the second; a moment that has passed means now
   * @param term makes the term from the agreement as it stands and the moment
   * @throws ProblemException 404 for an unknown agreement; 409 where it has ended
   */
  public Agreement change(String agreementId, Instant at, Term.Kind kind, Pinned term) {
    return Attempts.of("changing an agreement", () -> tryChange(agreementId, at, kind, term));
  }

  /** The plan and price version that a term pins. */
  public interface Pinned extends Function<Agreement, Pinned.To> {

    /** A plan's price version. */
    record To(String planId, int priceVersion) {}
  }

  private Optional<Agreement> tryChange(
      String agreementId, Instant at, Term.Kind kind, Pinned pinned) {
    Item item = accounts.require(agreementId);
    Agreement agreement = Json.read(item.body(), Agreement.class);
    Instant now = clock.instant();
    Pinned.To to = pinned.apply(agreement);
    Term term = new Term(moment(agreement, at, now), kind, to.planId(), to.priceVersion());
    Agreement changed = changed(agreement, term, now);
    List<Write> writes = Accounts.rows(changed, Condition.atVersion(item.version()));
    if (term.from().isAfter(now)) {
      writes.add(Write.put(Keys.change(term.from(), agreementId), "{}"));
    }
    return table.commit(writes).applied() ? Optional.of(changed) : Optional.empty();
  }

  /** The agreement as a term would make it; nothing is stored. */
  public static Agreement changed(Agreement agreement, Term term, Instant now) {
    if (agreement.ended()) {
      throw conflict(agreement.refusal().orElseThrow().detail());
    }
    if (term.from().isAfter(now.plus(AHEAD_MAX))) {
      throw new ProblemException(
          Problem.invalid("change at " + term.from() + " > " + now.plus(AHEAD_MAX)));
    }
    if (agreement.terms().size() >= Agreement.TERMS_MAX) {
      throw conflict("changes of agreement " + agreement.id() + " > " + Agreement.TERMS_MAX);
    }
    return agreement.with(term, now);
  }

  /** When a change that is wished for a moment begins: not before now, nor before the last one. */
  public static Instant moment(Agreement agreement, Instant wished, Instant now) {
    Instant last = agreement.termAt(now).from();
    Instant earliest = now.truncatedTo(ChronoUnit.SECONDS);
    Instant at = wished.truncatedTo(ChronoUnit.SECONDS);
    Instant later = at.isBefore(earliest) ? earliest : at;
    return later.isBefore(last) ? last : later;
  }

  /**
   * Lets the terms hold whose moment has come.
   *
   * @return how many agreements changed
   */
  public int applyDue() {
    Instant now = clock.instant();
    String until = Keys.changesUntil(now.plusSeconds(1));
    int applied = 0;
    for (Item due :
        Tables.list(
            table,
            new Table.Query(
                Keys.CHANGES, "", until, false, Table.PAGE_MAX_ITEMS, Optional.empty()))) {
      String agreementId = due.key().sort().substring(due.key().sort().indexOf('/') + 1);
      Attempts.of("changing an agreement", () -> apply(agreementId, due, now));
      applied++;
    }
    return applied;
  }

  private Optional<Agreement> apply(String agreementId, Item due, Instant now) {
    Item item = accounts.require(agreementId);
    Agreement agreement = Json.read(item.body(), Agreement.class);
    Agreement changed = agreement.at(now);
    List<Write> writes = Accounts.rows(changed, Condition.atVersion(item.version()));
    writes.add(Write.delete(due.key()));
    return table.commit(writes).applied() ? Optional.of(changed) : Optional.empty();
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }
}
