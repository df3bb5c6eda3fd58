package dev.weir.local.simulate;

import java.util.List;

/** Defects between a call's admission under limits and what is counted at its end. */
final class LimitMutations {

  private LimitMutations() {}

  static List<Mutation> all() {
    return List.of(
        Mutation.core(
            "a released hold is never settled",
            "limit/Purse",
            "tranche.held -= hold.amount();",
            "tranche.held -= spent;"),
        Mutation.core(
            "what a call delivered is not posted",
            "limit/Purse",
            "tranche.spent += spent;",
            "tranche.spent += 0;"),
        Mutation.core(
            "a tranche is spent beyond its amount",
            "limit/Purse",
            "if (usable && tranche.left() >= most) {",
            "if (usable) {"),
        Mutation.core(
            "a process reserves beyond a hard budget",
            "limit/Purse",
            "long ceiling = limit.hard() ? limit.perMonth() : Long.MAX_VALUE;",
            "long ceiling = Long.MAX_VALUE;"),
        Mutation.core(
            "a call that ended is ended once more",
            "limit/Pass",
            "if (ended.compareAndSet(false, true)) {",
            "if (ended.compareAndSet(false, true) || most.size() > 1) {"),
        Mutation.core(
            "a refused call keeps what it took of other budgets",
            "limit/Admission",
            """
                  if (!allowed) {
                    taken.forEach(Admission::giveBack);
            """,
            """
                  if (!allowed && refusals.isEmpty()) {
                    taken.forEach(Admission::giveBack);
            """),
        Mutation.core(
            "a queued attempt reserves beyond a hard budget",
            "limit/Admission",
            "long ceiling = part.budget().hard() ? part.budget().perMonth() : Long.MAX_VALUE;",
            "long ceiling = Long.MAX_VALUE;"),
        Mutation.core(
            "a caller who went away is counted whole",
            "limit/Admission",
            "return Math.min(held, amount(budget, who, used));",
            "return Math.max(held, amount(budget, who, used));"));
  }
}
