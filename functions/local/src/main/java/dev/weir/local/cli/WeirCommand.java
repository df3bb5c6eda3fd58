package dev.weir.local.cli;

import dev.weir.core.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "weir",
    mixinStandardHelpOptions = true,
    version = "weir 0.1.0-SNAPSHOT",
    description = {
      "You have a model; Weir sells it through every channel",
      "and tells to the cent what each channel earned.%n"
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused; the reason is printed",
      "2:the command line is wrong",
      "3:no deployment answers",
      "4:this machine does not allow it (a taken port, a full disk, an unreadable file)",
      "5:it was done, and what it shows does not hold (a failed job, a sum that differs)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir demo                                  the whole road in a few minutes",
      "  weir up                                    a deployment on this machine",
      "  weir dataset add faq questions.csv         a dataset, checked and profiled",
      "  weir train recipe.json                     a model, with a progress bar",
      "  weir deploy support --model support        an endpoint that serves it",
      "  weir channel list --json | jq .items       every command speaks JSON"
    },
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      DatasetCommand.class,
      TrainCommand.class,
      JobsCommand.class,
      ModelsCommand.class,
      DeployCommand.class,
      ConnectCommand.class,
      PredictCommand.class,
      PluginCommand.class,
      ChannelCommand.class,
      CustomersCommand.class,
      KeysCommand.class,
      PlansCommand.class,
      AgreementCommand.class,
      CreditsCommand.class,
      CodesCommand.class,
      ProjectsCommand.class,
      LimitsCommand.class,
      BudgetsCommand.class,
      UsageCommand.class,
      StatementCommand.class,
      InvoiceCommand.class,
      PaymentCommand.class,
      PayoutCommand.class,
      SponsorsCommand.class,
      ProfitCommand.class,
      LedgerCommand.class,
      ExplainCommand.class,
      ProofCommand.class,
      CostCommand.class,
      SimulateCommand.class,
      IncidentsCommand.class,
      NoticesCommand.class,
      ClockCommand.class
    })
public final class WeirCommand implements Runnable {

  private static final Pattern UNREADABLE =
      Pattern.compile(": cannot convert '(.*)' to (?:class|interface) [\\w.$]*?(\\w+) \\(.*");
  private static final Map<String, String> NAMES =
      Map.of(
          "YearMonth", "month like 2026-11",
          "Instant", "time like 2026-11-01T00:00:00Z",
          "Duration", "duration like PT2H");

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  /** Runs a command line and answers its exit code. */
  public static int run(String... arguments) {
    return commandLine()
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new WeirCommand());
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler(failures());
    line.setParameterExceptionHandler(WeirCommand::wrongUsage);
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static IExecutionExceptionHandler failures() {
    return (exception, line, parsed) -> {
      if (!(exception instanceof Failure failure)) {
        line.getErr().println("weir: unexpected: " + exception);
        exception.printStackTrace(line.getErr());
        return Exit.MACHINE;
      }
      line.getErr().println("weir: " + failure.sentence());
      failure
          .problem()
          .ifPresent(problem -> {
            problem
                .errors()
                .forEach(e -> line.getErr().println("  " + e.pointer() + ": " + e.detail()));
            if (wantsJson(parsed.originalArgs().toArray(String[]::new))) {
              line.getOut().println(Json.write(problem));
            }
          });
      return failure.exit();
    };
  }

  private static boolean wantsJson(String[] arguments) {
    return Arrays.asList(arguments).contains("--json");
  }

  /** picocli's words without the names of classes, and none of them twice. */
  private static String said(String message) {
    Matcher wrong = UNREADABLE.matcher(message);
    return wrong.find()
        ? message.substring(0, wrong.start())
            + ": \"%s\" is no %s"
                .formatted(wrong.group(1), NAMES.getOrDefault(wrong.group(2), wrong.group(2)))
        : message.replace("option option", "option");
  }

  private static int wrongUsage(ParameterException exception, String[] arguments) {
    CommandLine line = exception.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("weir: " + said(String.valueOf(exception.getMessage())));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(exception, err)) {
      String name = line.getCommandSpec().qualifiedName();
      Help help = new Help(line.getCommandSpec(), line.getColorScheme());
      err.print("Usage: " + help.synopsis(0));
      err.println("Try '" + name + " --help'.");
    }
    err.flush();
    return Exit.USAGE;
  }
}
