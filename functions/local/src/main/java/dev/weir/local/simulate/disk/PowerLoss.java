package dev.weir.local.simulate.disk;

/** The machine stopped in the middle of an operation on its disk. */
public final class PowerLoss extends Error {

  private static final long serialVersionUID = 1L;

  PowerLoss() {
    super("power lost", null, false, false);
  }
}
