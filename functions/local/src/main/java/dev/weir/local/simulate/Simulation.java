package dev.weir.local.simulate;

import dev.weir.core.port.Ids;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.TreeMap;

/** Runs scenarios. Thread-safe: each run has a world of its own. */
public final class Simulation {

  private final AwsPlugin aws;

  public Simulation(AwsPlugin aws) {
    this.aws = aws;
  }

  /** Runs a scenario to its end, or to the first violation. */
  public Result run(Scenario scenario) {
    return run(scenario, 0);
  }

  /**
   * Runs a scenario and keeps the last events in words.
   *
   * @param keptEvents how many
   */
  public Result run(Scenario scenario, int keptEvents) {
    Result[] result = new Result[1];
    Ids.repeatably(scenario.random("ids"), () -> result[0] = once(scenario, keptEvents));
    return result[0];
  }

  private Result once(Scenario scenario, int keptEvents) {
    World world = new World(scenario, Play.start(scenario), keptEvents);
    Optional<String> violation = Optional.empty();
    TreeMap<String, Long> counts = new TreeMap<>();
    try (Turns _ = world.turns()) {
      Play play = new Play(world, aws);
      play.run();
      counts.putAll(play.counts());
    } catch (Violation e) {
      violation = Optional.of(e.getMessage() + cause(e));
    } catch (RuntimeException e) {
      violation = Optional.of("unexpected: " + stack(e));
    }
    return new Result(
        scenario,
        world.trace().hash(),
        world.trace().events(),
        violation,
        world.trace().last(),
        counts);
  }

  private static String cause(Violation violation) {
    Throwable cause = violation.getCause();
    return cause == null ? "" : ": " + stack(cause);
  }

  private static String stack(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
