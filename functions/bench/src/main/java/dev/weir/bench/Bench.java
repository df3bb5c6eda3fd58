package dev.weir.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** The {@code weir-bench} program. */
public final class Bench {

  /** Kept, so that it stays quiet: loggers are collected as garbage. */
  private static final Logger ROOT = Logger.getLogger("");

  private Bench() {}

  /** Runs a command line. */
  public static void main(String[] arguments) {
    ROOT.setLevel(Level.WARNING);
    CommandLine line =
        commandLine()
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(line.execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new BenchCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler((exception, on, _) -> {
      on.getErr().println("weir-bench: " + exception);
      return BenchCommand.MACHINE;
    });
    line.setParameterExceptionHandler((exception, _) -> {
      CommandLine on = exception.getCommandLine();
      on.getErr().println("weir-bench: " + exception.getMessage());
      on.getErr().println("Try 'weir-bench --help'.");
      return BenchCommand.USAGE;
    });
    return line;
  }
}
