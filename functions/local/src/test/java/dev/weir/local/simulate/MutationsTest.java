package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulator's teeth: each of these defects of a shipped class is caught by the very seeds that
 * hold without it.
 */
@Execution(ExecutionMode.SAME_THREAD)
class MutationsTest {

  private static final int THREADS = 2;

  static Stream<Mutation> mutations() {
    return Stream.of(
            Mutations.meter(),
            Mutations.bill(),
            Mutations.channel(),
            EndingMutations.all(),
            LimitMutations.all(),
            BookMutations.all())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void isCaught(Mutation mutation) throws Exception {
    AtomicReference<String> caught = new AtomicReference<>("");
    try (Quiet _ = new Quiet();
        Mutant mutant = Mutant.of(mutation);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      Mutant.Runner runner = mutant.runner();
      List<Long> seeds = seeds(mutation);
      List<Future<?>> workers =
          IntStream.range(0, THREADS)
              .<Future<?>>mapToObj(first -> pool.submit(() -> hunt(runner, seeds, first, caught)))
              .toList();
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    if (caught.get().isEmpty()) {
      fail("none of " + SimulationTest.SEEDS + " seeds notices: " + mutation.name());
    }
    System.out.println(mutation.name() + ": " + caught.get().lines().findFirst().orElse(""));
  }

  /** All of verify's seeds, first those that play what the defect is part of. */
  static List<Long> seeds(Mutation mutation) {
    boolean books = BookMutations.all().contains(mutation);
    boolean endings = EndingMutations.all().contains(mutation);
    boolean limits = LimitMutations.all().contains(mutation);
    return LongStream.rangeClosed(1, SimulationTest.SEEDS)
        .boxed()
        .sorted(
            Comparator.<Long, Boolean>comparing(seed -> plays(seed, Scene.BOOKS) != books)
                .thenComparing(seed -> plays(seed, Scene.ENDINGS) != endings)
                .thenComparing(seed -> plays(seed, Scene.LIMITS) != limits))
        .toList();
  }

  private static boolean plays(long seed, Scene scene) {
    return Scenario.of(seed).scenes().contains(scene);
  }

  private static Void hunt(
      Mutant.Runner runner, List<Long> seeds, int first, AtomicReference<String> caught)
      throws ReflectiveOperationException {
    for (int i = first; i < seeds.size() && caught.get().isEmpty(); i += THREADS) {
      long seed = seeds.get(i);
      Optional<String> violation = runner.run(seed);
      if (violation.isPresent()) {
        caught.compareAndSet("", "seed " + seed + ": " + violation.get());
      }
    }
    return null;
  }
}
