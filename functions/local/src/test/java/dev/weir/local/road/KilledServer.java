package dev.weir.local.road;

import dev.weir.local.cli.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code weir up} as a process of its own, on the packaged jars, that is started again and again on
 * one folder and one port. An ahead-of-time cache, made by the first start, halves the others.
 */
final class KilledServer {

  /** What the simulated marketplace knows the vendor by; AWS's own published example. */
  private static final Map<String, String> CREDENTIALS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
          "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  private static final Duration UP_MAX = Duration.ofSeconds(60);

  /** The first end also writes the cache. */
  private static final Duration DOWN_MAX = Duration.ofSeconds(150);

  private final Path home;
  private final Path work;
  private final int port;
  private final Path cache;
  private Process process;

  KilledServer(Path home, Path work) throws IOException {
    this.home = home;
    this.work = work;
    this.cache = work.resolve("weir.aot");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  Path data() {
    return work.resolve("data");
  }

  /** Its API for whoever has the control token. */
  Api api() throws IOException {
    return new Api(url(), Optional.of(Files.readString(data().resolve("token")).strip()));
  }

  /** Starts it; does not wait. */
  void start() throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Xlog:aot=off",
            Files.exists(cache) ? "-XX:AOTCache=" + cache : "-XX:AOTCacheOutput=" + cache,
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.sqlite.tmpdir=" + work,
            "-Dweir.home=" + home,
            "-cp",
            home.resolve("lib") + "/*",
            "dev.weir.local.Weir",
            "up",
            "--data=" + data(),
            "--port=" + port,
            "--test-clock"));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("server.log").toFile()));
    builder.environment().putAll(CREDENTIALS);
    process = builder.start();
  }

  /** Waits until it answers; false where it ended before. */
  boolean awaitUp() throws InterruptedException, IOException {
    long end = System.nanoTime() + UP_MAX.toNanos();
    while (process.isAlive()) {
      if (Files.exists(data().resolve("token")) && api().answers()) {
        return true;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("the server does not answer; see " + work.resolve("server.log"));
      }
      Thread.sleep(20);
    }
    return false;
  }

  /** Kills it without a word; with its replicas, or without. */
  void kill(boolean withReplicas) throws Exception {
    List<ProcessHandle> replicas = withReplicas ? replicas() : List.of();
    process.toHandle().destroyForcibly();
    process.waitFor();
    kill(replicas);
  }

  /** Kills its replicas only; the server starts others. */
  int killReplicas() throws Exception {
    List<ProcessHandle> replicas = replicas();
    kill(replicas);
    return replicas.size();
  }

  private static void kill(List<ProcessHandle> processes) throws Exception {
    processes.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : processes) {
      each.onExit().get(DOWN_MAX.toSeconds(), TimeUnit.SECONDS);
    }
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  int exitCode() {
    return process.exitValue();
  }

  /** Ends it as Ctrl-C does. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(DOWN_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not end by SIGTERM in " + DOWN_MAX);
    }
  }

  /** Ends what it left behind: replicas outlive it by design. */
  void destroyAll() throws IOException {
    if (alive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    replicas().forEach(ProcessHandle::destroyForcibly);
  }

  /** Also those that an earlier life of it started. */
  private List<ProcessHandle> replicas() throws IOException {
    List<ProcessHandle> running = new ArrayList<>();
    Path attempts = data().resolve("hosts").resolve("attempts");
    if (!Files.isDirectory(attempts)) {
      return running;
    }
    try (var folders = Files.list(attempts)) {
      for (Path folder : folders.toList()) {
        Path pids = folder.resolve("pid");
        if (Files.exists(pids) && !Files.exists(folder.resolve("exit"))) {
          for (String pid : Files.readString(pids).strip().split(" ", -1)) {
            ProcessHandle.of(Long.parseLong(pid))
                .filter(KilledServer::isOurs)
                .ifPresent(running::add);
          }
        }
      }
    }
    return running;
  }

  /** Process ids are used again. */
  private static boolean isOurs(ProcessHandle handle) {
    return handle.info().commandLine().filter(c -> c.contains("dev.weir.worker.Main")).isPresent();
  }
}
