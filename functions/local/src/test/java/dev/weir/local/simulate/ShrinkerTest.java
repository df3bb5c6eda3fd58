package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

  private int runs;

  /** Violated from 37 steps on wherever there is a crash; each other trouble costs events. */
  private Result run(Scenario scenario) {
    runs++;
    Set<Trouble> troubles = scenario.troubles();
    boolean violated = scenario.steps() >= 37 && troubles.contains(Trouble.CRASH);
    return new Result(
        scenario,
        0,
        scenario.steps() * 10L + troubles.size(),
        violated ? Optional.of("lost") : Optional.empty(),
        List.of(),
        Map.of());
  }

  private Scenario crashing() {
    long seed = 1;
    while (Scenario.of(seed).troubles().size() < 5
        || !Scenario.of(seed).troubles().contains(Trouble.CRASH)) {
      seed++;
    }
    return Scenario.of(seed);
  }

  @Test
  void findsTheFewestStepsAndTheOneTroubleThatItTakes() {
    Result shortest = new Shrinker(this::run).shrink(run(crashing()));
    assertEquals(37, shortest.scenario().steps());
    assertEquals(Set.of(Trouble.CRASH), shortest.scenario().troubles());
  }

  @Test
  void triesALimitedNumberOfScenarios() {
    Result first = run(crashing());
    runs = 0;
    Result _ = new Shrinker(this::run).shrink(first);
    assertTrue(runs <= Shrinker.TRIES_MAX, runs + " runs");
  }
}
