package dev.weir.core.limit;

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
          case Limit.Budget budget -> {
            String amount = budget.money() ? " micros of " + budget.of() : " of " + budget.of();
            yield Problem.of(
                    402,
                    budget.money() ? "budget-exhausted" : "quota-exhausted",
                    "A month's budget is used up",
                    "limit %s: %d%s left of the month's %d on %s, this call may need %d"
                        .formatted(
                            budget.id(), left, amount, budget.perMonth(), budget.on(), needed))
                .retryAfter(waitSeconds);
          }
        });
  }
}
