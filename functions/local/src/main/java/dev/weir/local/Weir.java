package dev.weir.local;

import dev.weir.local.cli.Logging;
import dev.weir.local.cli.WeirCommand;

/** The {@code weir} command. */
public final class Weir {

  private Weir() {}

  public static void main(String[] arguments) {
    Logging.quiet();
    System.exit(WeirCommand.run(arguments));
  }
}
