package dev.weir.local.cli;

/** The command's exit codes; they are documented in its help and do not change. */
public final class Exit {

  public static final int OK = 0;

  /** The deployment refused the request; the problem's detail is printed. */
  public static final int REFUSED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** No deployment answers. */
  public static final int UNREACHABLE = 3;

  /** This machine does not allow it: a taken port, a full disk, a file that cannot be read. */
  public static final int MACHINE = 4;

  /** It was done, and what it shows does not hold: a job that failed, a sum that differs. */
  public static final int DOES_NOT_HOLD = 5;

  private Exit() {}
}
