package dev.weir.bench;

import java.util.Optional;

/**
 * One measured number beside another of the same run.
 *
 * @param what was measured, with its unit
 * @param peer what it is compared with
 * @param goal what it should reach on two cores; none where it is only shown
 */
record Result(
    Kind benchmark,
    String what,
    double ours,
    String peer,
    double peers,
    double ratio,
    Optional<Goal> goal) {

  /** The part of Weir that is measured. */
  enum Kind {
    JOURNAL,
    AGGREGATOR,
    BUDGET,
    MEMORY
  }

  /** At least, or at most, an amount. */
  record Goal(String text, boolean met) {

    static Goal atLeast(double amount, double ours) {
      return new Goal("≥ %,.0f".formatted(amount), ours >= amount);
    }

    static Goal atMost(double amount, double ours) {
      return new Goal("≤ %.2f".formatted(amount), ours <= amount);
    }
  }

  static Result of(Kind benchmark, String what, double ours, String peer, double peers) {
    return new Result(benchmark, what, ours, peer, peers, ours / peers, Optional.empty());
  }

  Result goalAtLeast(double amount) {
    return with(Goal.atLeast(amount, ours));
  }

  /** That the ratio is not above an amount. */
  Result goalRatioAtMost(double amount) {
    Goal goal = Goal.atMost(amount, ratio);
    return with(new Goal("ratio " + goal.text(), goal.met()));
  }

  private Result with(Goal goal) {
    return new Result(benchmark, what, ours, peer, peers, ratio, Optional.of(goal));
  }
}
