package dev.weir.local.cli;

import dev.weir.core.port.PortException;
import dev.weir.local.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole road in a few minutes. */
@Command(
    name = "demo",
    description = {
      "Trains a model, sells it through four channels and proves every amount.",
      "Simulators play the other side; the server stays up afterwards."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir demo",
      "  weir demo --exit --work /tmp/weir-demo",
      "  weir demo --exit --json | jq .channels"
    })
final class DemoCommand extends WithHelp implements Callable<Integer> {

  @Option(
      names = "--exit",
      arity = "0..1",
      fallbackValue = "true",
      description = "End when it is done.")
  boolean exit;

  @Option(
      names = "--port",
      defaultValue = "8350",
      description = "Where the server listens (default: ${DEFAULT-VALUE}).")
  int port = 8350;

  @Option(names = "--work", description = "Where data and report.json go (default: ./weir-demo).")
  @Nullable Path work;

  @Option(
      names = "--json",
      description = "Print the report as JSON; what happens meanwhile goes to standard error.")
  boolean json;

  @Override
  public Integer call() {
    Logging.quiet();
    Path folder = (work == null ? Path.of("weir-demo") : work).toAbsolutePath().normalize();
    try (Demo demo = new Demo(home(), folder, port, told())) {
      Thread hook = Thread.ofPlatform().unstarted(demo::close);
      Runtime.getRuntime().addShutdownHook(hook);
      Optional<String> broken = demo.run();
      if (json) {
        out().println(Files.readString(folder.resolve("report.json")));
        out().flush();
      }
      if (broken.isPresent()) {
        throw Failure.doesNotHold(broken.get());
      }
      if (!exit) {
        told().printf("%nThe server stays up until Ctrl-C. Look at %s%n", demo.page());
        told().flush();
        new CountDownLatch(1).await();
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      return Exit.OK;
    } catch (PortException e) {
      throw Failure.machine(String.valueOf(e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw Failure.machine(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.OK;
    }
  }

  /** Where people read what happens. */
  private PrintWriter told() {
    return json ? spec.commandLine().getErr() : out();
  }

  private static Path home() {
    String home = System.getProperty("weir.home", "");
    if (home.isEmpty() || !Files.isDirectory(Path.of(home, "simulators"))) {
      throw Failure.machine(
          "the demo runs from the folder that mvn package leaves:"
              + " functions/local/target/weir/bin/weir demo",
          null);
    }
    return Path.of(home);
  }
}
