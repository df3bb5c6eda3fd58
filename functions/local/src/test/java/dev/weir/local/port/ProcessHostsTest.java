package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Hosts;
import dev.weir.core.port.HostsContract;
import dev.weir.core.port.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessHostsTest extends HostsContract {

  @TempDir Path folder;
  private ProcessHosts processes;

  @Override
  protected Hosts open() {
    processes = new ProcessHosts(folder, List.of("/bin/sh", "-c"));
    return processes;
  }

  @Override
  protected List<String> command(Optional<Integer> exitCode) {
    return List.of(exitCode.map(code -> "exit " + code).orElse("exec sleep 120"));
  }

  @AfterEach
  void endAll() throws IOException {
    processes.close();
    try (var attempts = Files.list(folder.resolve("attempts"))) {
      for (Path path : attempts.toList()) {
        Attempt attempt = new Attempt(path, "any");
        attempt.alive().reversed().forEach(ProcessHandle::destroyForcibly);
        Waiting.until(() -> alive(attempt), alive -> !alive);
      }
    }
  }

  private static boolean alive(Attempt attempt) {
    try {
      return !attempt.alive().isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String start(String name, String script, Duration timeout) {
    return hosts.launch(
        new Hosts.Launch(
            name, "weir/worker", List.of(script), Map.of("WEIR_TOKEN", "t"), SMALL, timeout));
  }

  private String output(String reference) {
    try {
      Path log = folder.resolve("attempts").resolve(reference).resolve("out.log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aProgramGetsItsEnvironmentAndNoneOfTheServers() {
    String reference = start("env", "env; echo done", Duration.ofMinutes(1));
    await(reference, Hosts.State.SUCCEEDED);
    assertTrue(output(reference).contains("WEIR_TOKEN=t"), output(reference));
    List<String> known = List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME");
    for (String variable : System.getenv().keySet()) {
      boolean theirs =
          known.contains(variable)
              || List.of("PWD", "_", "SHLVL", "OLDPWD", "LD_LIBRARY_PATH").contains(variable);
      assertTrue(theirs || !output(reference).contains("\n" + variable + "="), variable);
    }
  }

  @Test
  void sigtermIsHandedOnAndTheProgramsOwnExitCodeKept() {
    String reference =
        start(
            "graceful",
            "trap 'echo saving; exit 7' TERM; echo ready; while :; do sleep 0.05; done",
            Duration.ofMinutes(1));
    Waiting.until(() -> output(reference), text -> text.contains("ready"));
    hosts.stop(reference, Duration.ofSeconds(20));
    Hosts.Description stopped = await(reference, Hosts.State.FAILED);
    assertEquals(Optional.of(7), stopped.exitCode());
    assertEquals("stopped: exit code 7", stopped.reason());
    assertTrue(output(reference).contains("saving"));
  }

  @Test
  void aProgramThatDoesNotEndIsKilledAfterItsGrace() {
    String reference =
        start(
            "stubborn",
            "trap '' TERM; echo ready; while :; do sleep 0.05; done",
            Duration.ofMinutes(1));
    Waiting.until(() -> output(reference), text -> text.contains("ready"));
    Instant asked = Instant.now();
    hosts.stop(reference, Duration.ofMillis(600));
    Hosts.Description killed = await(reference, Hosts.State.FAILED);
    assertEquals(Optional.of(137), killed.exitCode());
    assertEquals("stopped: ended by signal 9", killed.reason());
    assertFalse(killed.stoppedAt().orElseThrow().isBefore(asked.plusMillis(500)));
  }

  /** The id of a program that ended may be given to another process before the shell looks. */
  @Test
  void theExitCodeIsNotedWhereTheProgramsIdLivesOnWithAnother() throws Exception {
    String everythingLives = "kill() { [ \"$1\" = -0 ] || command kill \"$@\"; }\n";
    for (int code : List.of(0, 3, 137)) {
      Path attempt = Files.createDirectory(folder.resolve("taken-" + code));
      String program = code == 137 ? "kill -KILL $$" : "exit " + code;
      Process shell =
          new ProcessBuilder(
                  "/bin/sh",
                  "-c",
                  everythingLives + Program.SHELL,
                  "weir",
                  "/bin/sh",
                  "-c",
                  program)
              .directory(attempt.toFile())
              .start();
      assertTrue(shell.waitFor(20, TimeUnit.SECONDS), "it waits for another's end");
      assertEquals(Integer.toString(code), Files.readString(attempt.resolve("exit")).strip());
    }
  }

  @Test
  void aProgramThatRunsTooLongIsStopped() {
    String reference = start("long", "exec sleep 60", Duration.ofMillis(300));
    Hosts.Description stopped = await(reference, Hosts.State.FAILED);
    assertTrue(stopped.reason().startsWith("timed out after PT0.3S"), stopped.reason());
  }

  @Test
  void aRestartedServerFindsItsProcessesAndTheirExitCodes() throws Exception {
    String stays = start("stays", "exec sleep 60", Duration.ofMinutes(1));
    String ends = start("ends", "sleep 0.3; exit 5", Duration.ofMinutes(1));
    await(stays, Hosts.State.RUNNING);
    processes.close();
    hosts = open();
    assertEquals(Hosts.State.RUNNING, hosts.describe(stays).state());
    assertEquals(Optional.of(5), await(ends, Hosts.State.FAILED).exitCode());
    assertEquals(stays, start("stays", "exit 1", Duration.ofMinutes(1)));
    hosts.stop(stays, Duration.ofSeconds(5));
    assertEquals(Optional.of(143), await(stays, Hosts.State.FAILED).exitCode());
  }

  @Test
  void aProcessThatVanishedWithItsShellIsLost() throws Exception {
    String reference = start("vanishes", "exec sleep 60", Duration.ofMinutes(1));
    await(reference, Hosts.State.RUNNING);
    Path path = folder.resolve("attempts").resolve(reference);
    Waiting.until(() -> pids(path), pids -> pids.contains(" "));
    new Attempt(path, reference).alive().forEach(ProcessHandle::destroyForcibly);
    assertTrue(await(reference, Hosts.State.LOST).reason().startsWith("it ended without a trace"));
  }

  private static String pids(Path attempt) {
    try {
      return Files.readString(attempt.resolve("pid"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aReplicaThatEndsIsReplacedAndOneThatKeepsFailingWaits() throws Exception {
    Hosts.Service service =
        new Hosts.Service("flaky", "weir/worker", List.of("exit 1"), Map.of(), SMALL);
    hosts.scale(service, 1);
    Path second = folder.resolve("attempts/flaky+2/exit");
    Waiting.until(() -> Files.exists(second), there -> there);
    Thread.sleep(700);
    assertFalse(Files.exists(folder.resolve("attempts/flaky+3")), "no pause");
    hosts.scale(service, 0);
  }

  @Test
  void anotherImageIsRefusedByName() {
    Hosts.Launch launch =
        new Hosts.Launch("x", "acme/algo", List.of(), Map.of(), SMALL, Duration.ofMinutes(1));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> hosts.launch(launch));
    assertTrue(refusal.getMessage().contains("\"acme/algo\" needs a container host"));
  }
}
