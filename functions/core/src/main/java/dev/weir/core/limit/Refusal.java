package dev.weir.core.limit;

import dev.weir.core.catalog.Currencies;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;

/**
 * Why a call is not allowed, and by which limit.
 *
 * @param left of the limit
 * @param needed by the call at most
 * @param waitSeconds until it may be allowed
 */
record Refusal(Limit limit, long left, long needed, long waitSeconds) {

  /** The last one of a month's needs a person; a rate's needs time. */
  ProblemException problem() {
    return new ProblemException(
        switch (limit) {
          case Limit.Rate rate ->
              Problem.of(
                      429,
                      "rate-limit",
                      "A rate is used up",
                      "limit %s: %d of %s a minute on %s"
                          .formatted(rate.id(), rate.perMinute(), rate.of(), rate.on()))
                  .retryAfter(waitSeconds);
          case Limit.Budget budget ->
              Problem.of(
                      402,
                      budget.money() ? "budget-exhausted" : "quota-exhausted",
                      "A month's budget is used up",
                      "limit %s: %s of the month's %s left on %s, this call may need %s"
                          .formatted(
                              budget.id(),
                              amount(budget, left),
                              amount(budget, budget.perMonth())
                                  + (budget.money() ? "" : " " + budget.of()),
                              budget.on(),
                              amount(budget, needed)))
                  .retryAfter(waitSeconds);
        });
  }

  private static String amount(Limit.Budget budget, long amount) {
    return budget.money() ? Currencies.text(amount, budget.of()) : Long.toString(amount);
  }
}
