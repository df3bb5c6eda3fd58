package dev.weir.core.port;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what other threads and processes do. */
public final class Waiting {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Waiting() {}

  /** Asks until the answer is as wanted; fails with the last answer after 30 s. */
  public static <T> T until(Supplier<T> question, Predicate<T> wanted) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      T answer = question.get();
      if (wanted.test(answer)) {
        return answer;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still " + answer + " after " + LIMIT);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
