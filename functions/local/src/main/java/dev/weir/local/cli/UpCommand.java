package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.local.deploy.Deployment;
import dev.weir.local.server.LocalServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a deployment on this machine until it is stopped. */
@Command(
    name = "up",
    description = "Runs Weir on this machine, with all data in one folder, until Ctrl-C.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir up",
      "  weir up --data /srv/weir --port 8080 --host 0.0.0.0",
      "  weir up --database \"jdbc:postgresql://db/weir?user=weir\""
    })
final class UpCommand extends ApiCommand {

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Which address listens (default: ${DEFAULT-VALUE}).")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8350",
      description = "Which port listens; 0 for any (default: ${DEFAULT-VALUE}).")
  int port = 8350;

  @Option(names = "--database", description = "A PostgreSQL database; SQLite otherwise.")
  @Nullable String database;

  @Option(names = "--test-clock", description = "Lets `weir clock` move the time forward.")
  boolean testClock;

  @Override
  public Integer call() {
    if (port < 0 || port > 65_535) {
      throw Failure.usage("--port " + port + " not in 0..65535");
    }
    Logging.configure();
    try (Deployment deployment = start()) {
      ObjectNode up = Json.MAPPER.createObjectNode();
      up.put("url", deployment.url()).put("page", deployment.page());
      up.put("data", connection.dataFolder().toString());
      show(
          up,
          u ->
              "Weir is up at %s%n  page  %s%n  data  %s%n  stop  Ctrl-C"
                  .formatted(deployment.url(), deployment.page(), connection.dataFolder()));
      // The process ends by a signal: what was begun is finished, then the folder is released.
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(deployment::close));
      new CountDownLatch(1).await();
      return Exit.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.OK;
    }
  }

  private Deployment start() {
    try {
      return Deployment.start(
          new Deployment.Options(
              connection.dataFolder(),
              host,
              port,
              Optional.ofNullable(database),
              testClock,
              System.getenv()));
    } catch (LocalServer.PortTaken e) {
      throw Failure.machine(String.valueOf(e.getMessage()), e);
    } catch (PortException e) {
      throw Failure.machine(String.valueOf(e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw Failure.machine(
          "the data folder " + connection.dataFolder() + " cannot be used: " + e.getMessage(), e);
    }
  }
}
