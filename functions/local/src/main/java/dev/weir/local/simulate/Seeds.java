package dev.weir.local.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs many scenarios at once and adds up what they were. */
public final class Seeds {

  private final Simulation simulation;
  private final int threads;

  /**
   * With so many threads.
   *
   * @param threads about one per core
   */
  public Seeds(Simulation simulation, int threads) {
    this.simulation = simulation;
    this.threads = threads;
  }

  /**
   * What many runs were together.
   *
   * @param violated those that should not be, by seed
   * @param counts of what happened, over all runs
   */
  public record Sum(int runs, long events, List<Result> violated, Map<String, Long> counts) {
    public Sum {
      violated = List.copyOf(violated);
      counts = Map.copyOf(counts);
    }
  }

  /**
   * Runs all.
   *
   * @param each is told of each result, in order
   */
  public Sum run(Collection<Scenario> scenarios, Consumer<Result> each) {
    List<Result> violated = new ArrayList<>();
    Map<String, Long> counts = new TreeMap<>();
    long events = 0;
    int runs = 0;
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      List<Future<Result>> pending =
          scenarios.stream().map(scenario -> pool.submit(() -> simulation.run(scenario))).toList();
      for (Future<Result> future : pending) {
        Result result = future.get();
        runs++;
        events += result.events();
        result.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
        if (result.violation().isPresent()) {
          violated.add(result);
        }
        each.accept(result);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return new Sum(runs, events, violated, counts);
  }
}
