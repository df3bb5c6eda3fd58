package dev.weir.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weir.bench.Result.Kind;
import dev.weir.core.json.Json;
import dev.weir.local.cli.TextTable;
import dev.weir.local.cli.WithHelp;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs benchmarks and prints what they showed. */
@Command(
    name = "weir-bench",
    description = {
      "Weir's numbers on this machine, each beside a peer or a limit of the same run.",
      "Leave the machine alone meanwhile: its load is printed with the results."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was measured, whether or not the goals are met",
      "2:the command line is wrong",
      "4:this machine does not allow it (a full disk, a folder that cannot be written)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir-bench                      all, about ten minutes",
      "  weir-bench journal --repeats 5",
      "  weir-bench memory --facts 1000000 --json"
    })
final class BenchCommand extends WithHelp implements Callable<Integer> {

  static final int USAGE = 2;
  static final int MACHINE = 4;

  @Parameters(
      arity = "0..*",
      paramLabel = "BENCHMARK",
      description = "journal, aggregator, budget, memory; default: all.")
  @Nullable List<Kind> kinds;

  @Option(
      names = "--facts",
      defaultValue = "0",
      paramLabel = "N",
      description = "Facts of a run, the most of memory's; default: each benchmark's own.")
  long facts;

  @Option(
      names = "--callers",
      defaultValue = "512",
      paramLabel = "N",
      description = "Calls in flight that wait for the journal; default ${DEFAULT-VALUE}.")
  int callers;

  @Option(
      names = "--repeats",
      defaultValue = "3",
      paramLabel = "N",
      description = "Runs of each, of which the median is shown; default ${DEFAULT-VALUE}.")
  int repeats;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "On the disk to measure; default: a temporary folder here.")
  @Nullable Path folder;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** Everything that is printed. */
  record Output(Machine machine, List<Result> results) {}

  @Override
  public Integer call() throws IOException {
    Path parent = folder == null ? Path.of("") : folder;
    if (folder != null && !Files.isDirectory(folder)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--folder " + folder + " is no folder");
    }
    PrintWriter err = spec.commandLine().getErr();
    Settings checked = settings(parent, err);
    try (Scratch scratch = Scratch.in(parent.toAbsolutePath())) {
      Settings settings =
          new Settings(scratch.folder(), facts, callers, repeats, checked.progress());
      Machine machine = Machine.of(scratch.folder());
      List<Result> results = new ArrayList<>();
      for (Kind kind : chosen()) {
        results.addAll(run(kind, settings));
      }
      print(new Output(machine, results));
    }
    return 0;
  }

  private Set<Kind> chosen() {
    return kinds == null || kinds.isEmpty() ? EnumSet.allOf(Kind.class) : EnumSet.copyOf(kinds);
  }

  private Settings settings(Path parent, PrintWriter err) {
    try {
      return new Settings(
          parent,
          facts,
          callers,
          repeats,
          line -> {
            err.println("  " + line);
            err.flush();
          });
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Result> run(Kind kind, Settings settings) {
    return switch (kind) {
      case JOURNAL -> new JournalBench(settings).run();
      case AGGREGATOR -> new AggregatorBench(settings).run();
      case BUDGET -> new BudgetBench(settings).run();
      case MEMORY -> new MemoryBench(settings).run();
    };
  }

  private void print(Output output) throws JsonProcessingException {
    if (json) {
      out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(output));
      return;
    }
    TextTable table =
        new TextTable("llrlrrl", "benchmark", "what", "ours", "beside", "theirs", "ratio", "goal");
    for (Result result : output.results()) {
      table.row(
          result.benchmark().toString().toLowerCase(Locale.ROOT),
          result.what(),
          number(result.ours()),
          result.peer(),
          number(result.peers()),
          (result.ratio() < 0.1 ? "%.4f" : "%.2f").formatted(result.ratio()),
          result.goal().map(goal -> goal.text() + (goal.met() ? ": met" : ": MISSED")).orElse(""));
    }
    out().println();
    out().print(table);
    out().println();
    out().println(output.machine());
  }

  private static String number(double value) {
    return value < 1000 ? "%.1f".formatted(value) : "%,.0f".formatted(value);
  }
}
