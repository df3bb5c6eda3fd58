package dev.weir.local.simulate;

/** Something that must never be. An error, so that no use case takes it for one of its own. */
final class Violation extends Error {

  private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what);
  }

  Violation(String what, Throwable cause) {
    super(what, cause);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  static void unless(boolean holds, String format, Object... arguments) {
    if (!holds) {
      throw new Violation(format.formatted(arguments));
    }
  }
}
