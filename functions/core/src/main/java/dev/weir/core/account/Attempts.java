package dev.weir.core.account;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Reads and commits again where another commit was in the way or no answer came. */
final class Attempts {

  private static final int ATTEMPTS_MAX = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);

  private Attempts() {}

  /**
   * What the first attempt that succeeds answers.
   *
   * @param attempt reads, decides, commits; empty where it must be done again from the read
   */
  static <T> T of(String what, Supplier<Optional<T>> attempt) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<T> done = attempt.get();
      if (done.isPresent()) {
        return done.get();
      }
      LockSupport.parkNanos(FIRST_PAUSE.toNanos() << i);
    }
    throw new ProblemException(
        Problem.unavailable(what + " was in conflict " + ATTEMPTS_MAX + " times", 1));
  }
}
