package dev.weir.core.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** That something is refused as it should be. */
public final class Refusals {

  private Refusals() {}

  /** What it says, refusing with that status. */
  public static String refused(Executable action, int status) {
    ProblemException e = assertThrows(ProblemException.class, action);
    assertEquals(status, e.problem().status(), e.getMessage());
    return e.getMessage();
  }
}
