package dev.weir.local.cli;

import dev.weir.core.problem.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends a command with one sentence and an exit code. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exit;
  private final transient Optional<Problem> problem;
  private final String sentence;

  private Failure(int exit, String sentence, Optional<Problem> problem, @Nullable Throwable cause) {
    super(sentence, cause);
    this.exit = exit;
    this.sentence = sentence;
    this.problem = problem;
  }

  static Failure refused(Problem problem) {
    return new Failure(Exit.REFUSED, problem.detail(), Optional.of(problem), null);
  }

  static Failure usage(String sentence) {
    return new Failure(Exit.USAGE, sentence, Optional.empty(), null);
  }

  static Failure unreachable(String sentence, Throwable cause) {
    return new Failure(Exit.UNREACHABLE, sentence, Optional.empty(), cause);
  }

  public static Failure machine(String sentence, @Nullable Throwable cause) {
    return new Failure(Exit.MACHINE, sentence, Optional.empty(), cause);
  }

  public static Failure doesNotHold(String sentence) {
    return new Failure(Exit.DOES_NOT_HOLD, sentence, Optional.empty(), null);
  }

  public int exit() {
    return exit;
  }

  public String sentence() {
    return sentence;
  }

  public Optional<Problem> problem() {
    return problem;
  }
}
