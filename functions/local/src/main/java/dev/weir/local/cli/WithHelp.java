package dev.weir.local.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that explains itself. */
public abstract class WithHelp {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  protected CommandSpec spec;

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
