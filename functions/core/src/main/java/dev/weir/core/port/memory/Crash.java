package dev.weir.core.port.memory;

/** The process ends here. Thrown by every call until {@link Faults#restart()}. */
public final class Crash extends Error {

  private static final long serialVersionUID = 1L;

  Crash(long step) {
    super("crash at step " + step, null, false, false);
  }
}
