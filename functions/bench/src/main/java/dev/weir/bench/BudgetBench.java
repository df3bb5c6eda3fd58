package dev.weir.bench;

import dev.weir.bench.Result.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Budget checks beside a look-up in a concurrent map, by JMH. */
final class BudgetBench {

  private static final int WARM_UP = 2;

  private final Settings settings;

  BudgetBench(Settings settings) {
    this.settings = settings;
  }

  List<Result> run() {
    int threads = Runtime.getRuntime().availableProcessors();
    settings
        .progress()
        .accept(
            "budget: JMH, %d threads, %d s for each of 3"
                .formatted(threads, WARM_UP + settings.repeats()));
    Map<String, Double> scores = scores(threads, 1, TimeValue.seconds(1));
    double map = scores.getOrDefault("mapLookUp", 0.0);
    String peer = "look-up in a ConcurrentHashMap";
    return List.of(
        Result.of(
            Kind.BUDGET,
            "checks/s, hard budget and rate, %d threads".formatted(threads),
            scores.getOrDefault("withinLimits", 0.0),
            peer,
            map),
        Result.of(
            Kind.BUDGET,
            "checks/s, no limit, %d threads".formatted(threads),
            scores.getOrDefault("withoutLimits", 0.0),
            peer,
            map));
  }

  /** Operations a second, by method. */
  Map<String, Double> scores(int threads, int forks, TimeValue time) {
    Map<String, Double> scores = new HashMap<>();
    try {
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include(BudgetChecks.class.getName())
                      .threads(threads)
                      .forks(forks)
                      .warmupIterations(forks == 0 ? 0 : WARM_UP)
                      .warmupTime(time)
                      .measurementIterations(settings.repeats())
                      .measurementTime(time)
                      .shouldFailOnError(true)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        scores.put(
            result.getPrimaryResult().getLabel(),
            result.getPrimaryResult().getStatistics().getPercentile(50));
      }
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + e.getMessage(), e);
    }
    return scores;
  }
}
