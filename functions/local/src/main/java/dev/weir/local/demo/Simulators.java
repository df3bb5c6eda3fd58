package dev.weir.local.demo;

import dev.weir.local.cli.Api;
import dev.weir.local.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The four other sides, each a process of its own that shares no code with Weir's core. */
final class Simulators implements AutoCloseable {

  /** The other side of a channel. */
  enum Side {
    FEISHU("dev.weir.tck.sim.feishu.FeishuSim"),
    SLACK("dev.weir.tck.sim.slack.SlackSim"),
    PARTNER("dev.weir.tck.sim.partner.PartnerSim"),
    AWS("dev.weir.tck.sim.aws.AwsSim");

    private final String main;

    Side(String main) {
      this.main = main;
    }
  }

  private static final String READY = "listening on ";

  private final List<Process> processes = new ArrayList<>();
  private final Map<Side, Api> apis = new EnumMap<>(Side.class);

  private Simulators() {}

  /**
   * Starts all four and waits until they listen.
   *
   * @param home the folder that {@code mvn package} leaves, with {@code simulators} and {@code lib}
   * @param data a folder for each side's files
   */
  static Simulators start(Path home, Path data) {
    Simulators simulators = new Simulators();
    try {
      Map<Side, Process> started = new EnumMap<>(Side.class);
      for (Side side : Side.values()) {
        started.put(side, simulators.launch(side, home, data.resolve(side.name())));
      }
      for (Map.Entry<Side, Process> entry : started.entrySet()) {
        String url = listening(entry.getKey(), entry.getValue(), data);
        simulators.apis.put(entry.getKey(), new Api(url, Optional.empty()));
      }
      return simulators;
    } catch (IOException | RuntimeException e) {
      simulators.close();
      throw e instanceof Failure f
          ? f
          : Failure.machine("the simulators do not start: " + e.getMessage(), e);
    }
  }

  private Process launch(Side side, Path home, Path data) throws IOException {
    Files.createDirectories(data);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            classPath(home),
            side.main,
            "--port",
            "0",
            "--data",
            data.toString());
    Process process =
        new ProcessBuilder(command).redirectError(data.resolve("stderr.log").toFile()).start();
    processes.add(process);
    return process;
  }

  /** The simulators' jar and JSON; nothing else of Weir's. */
  private static String classPath(Path home) throws IOException {
    List<String> jars = new ArrayList<>();
    jars.add(home.resolve("simulators").resolve("weir-tck.jar").toString());
    try (var lib = Files.list(home.resolve("lib"))) {
      lib.map(Path::toString)
          .filter(jar -> jar.contains("jackson-") || jar.contains("jspecify"))
          .sorted()
          .forEach(jars::add);
    }
    return String.join(java.io.File.pathSeparator, jars);
  }

  private static String listening(Side side, Process process, Path data) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      throw Failure.machine(
          "simulator %s does not start; see %s"
              .formatted(side, data.resolve(side.name()).resolve("stderr.log")),
          null);
    }
    return line.substring(READY.length());
  }

  Api of(Side side) {
    Api api = apis.get(side);
    if (api == null) {
      throw new IllegalStateException(side + " is not started");
    }
    return api;
  }

  String url(Side side) {
    return of(side).base();
  }

  /** Gives all four the deployment's time. */
  void setOffset(long offsetMs) {
    apis.values().forEach(api -> api.post("/sim/clock", Map.of("offsetMs", offsetMs)));
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
  }
}
