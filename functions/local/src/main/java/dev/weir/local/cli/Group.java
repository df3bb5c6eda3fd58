package dev.weir.local.cli;

import picocli.CommandLine.ParameterException;

/** A command that only holds others. */
abstract class Group extends WithHelp implements Runnable {

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a subcommand is missing: "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
