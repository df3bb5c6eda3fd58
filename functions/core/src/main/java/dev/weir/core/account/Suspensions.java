package dev.weir.core.account;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stops and begins again to serve agreements. The writes belong into the commit that moves the
 * invoice, so that the two never differ. Stateless and thread-safe.
 */
public final class Suspensions {

  private final Table table;

  public Suspensions(Table table) {
    this.table = table;
  }

  /** Not to be served while an invoice is open; none where that is so already. */
  public List<Write> suspending(String agreementId, String invoice, Instant at) {
    return changing(agreementId, before -> Optional.of(Suspension.more(before, invoice, at)));
  }

  /** An invoice does not hold it any more; none where it did not. */
  public List<Write> lifting(String agreementId, String invoice) {
    return changing(agreementId, before -> before.flatMap(s -> s.less(invoice)));
  }

  private List<Write> changing(
      String agreementId, Function<Optional<Suspension>, Optional<Suspension>> change) {
    Optional<Item> item = table.get(Keys.agreement(agreementId));
    if (item.isEmpty()) {
      return List.of();
    }
    Agreement agreement = Json.read(item.get().body(), Agreement.class);
    Optional<Suspension> changed = change.apply(agreement.suspension());
    return changed.equals(agreement.suspension())
        ? List.of()
        : Accounts.rows(agreement.with(changed), Condition.atVersion(item.get().version()));
  }

  /**
   * Serves an agreement again though invoices are open, because a person says so. The next invoice
   * that is open for too long suspends it again.
   *
   * @throws ProblemException 404 for an unknown agreement; 409 where it is not suspended
   */
  public Agreement reinstate(String agreementId) {
    return Attempts.of(
        "reinstating an agreement",
        () -> {
          Agreement agreement =
              table
                  .get(Keys.agreement(agreementId))
                  .map(item -> Json.read(item.body(), Agreement.class))
                  .orElseThrow(() -> problem(Problem.notFound("no agreement " + agreementId)));
          if (agreement.suspension().isEmpty()) {
            throw problem(Problem.conflict("agreement " + agreementId + " is not suspended"));
          }
          return table.commit(changing(agreementId, _ -> Optional.empty())).applied()
              ? Optional.of(agreement.with(Optional.empty()))
              : Optional.empty();
        });
  }

  private static ProblemException problem(Problem problem) {
    return new ProblemException(problem);
  }
}
