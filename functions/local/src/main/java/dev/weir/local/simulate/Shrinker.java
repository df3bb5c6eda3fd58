package dev.weir.local.simulate;

import java.util.function.Function;

/** Looks for a shorter scenario that is violated, too: fewer steps, then less trouble. */
public final class Shrinker {

  /** The most scenarios that are tried. */
  public static final int TRIES_MAX = 80;

  private final Function<Scenario, Result> run;
  private int tries;

  public Shrinker(Function<Scenario, Result> run) {
    this.run = run;
  }

  /** The result with the fewest events that was found; at worst the one that is given. */
  public Result shrink(Result violated) {
    tries = 0;
    Result best = violated;
    Result before;
    do {
      before = best;
      best = withFewerSteps(best);
      best = withLessTrouble(best);
    } while (best.events() < before.events() && tries < TRIES_MAX);
    return best;
  }

  private Result withFewerSteps(Result from) {
    Result best = from;
    int cut = best.scenario().steps() / 2;
    while (cut > 0 && tries < TRIES_MAX) {
      int fewer = best.scenario().steps() - cut;
      Result tried = attempt(best.scenario().shorter(fewer));
      if (better(tried, best)) {
        best = tried;
        cut = Math.min(cut, best.scenario().steps() / 2);
      } else {
        cut /= 2;
      }
    }
    return best;
  }

  private Result withLessTrouble(Result from) {
    Result best = from;
    for (Trouble trouble : from.scenario().troubles()) {
      if (tries >= TRIES_MAX) {
        return best;
      }
      Result tried = attempt(best.scenario().without(trouble));
      best = better(tried, best) ? tried : best;
    }
    return best;
  }

  private Result attempt(Scenario scenario) {
    tries++;
    return run.apply(scenario);
  }

  private static boolean better(Result tried, Result best) {
    return tried.violation().isPresent() && tried.events() < best.events();
  }
}
