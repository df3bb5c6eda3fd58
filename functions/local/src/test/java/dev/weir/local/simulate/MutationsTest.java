package dev.weir.local.simulate;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
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
            BookMutations.documents(),
            BookMutations.partners(),
            BookMutations.plans())
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
      List<Future<?>> workers =
          IntStream.rangeClosed(1, THREADS)
              .<Future<?>>mapToObj(first -> pool.submit(() -> hunt(runner, first, caught)))
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

  private static Void hunt(Mutant.Runner runner, int first, AtomicReference<String> caught)
      throws ReflectiveOperationException {
    for (long seed = first;
        seed <= SimulationTest.SEEDS && caught.get().isEmpty();
        seed += THREADS) {
      Optional<String> violation = runner.run(seed);
      if (violation.isPresent()) {
        caught.compareAndSet("", "seed " + seed + ": " + violation.get());
      }
    }
    return null;
  }
}
