package dev.weir.tck.sim;

/** Ends a request with a status and a reason. */
public final class SimRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  public SimRefusal(int status, String reason) {
    super(reason);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
