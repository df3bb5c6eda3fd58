package dev.weir.worker.agent;

import dev.weir.worker.train.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The algorithm's process. It gets the folders and nothing else: no token, no address of the
 * gateway. What it prints is kept to the last {@link #TAIL_MAX_CHARS} and passed on.
 */
final class Algorithm {

  static final int TAIL_MAX_CHARS = 8000;

  private static final List<String> KEPT_VARIABLES =
      List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "DJL_CACHE_DIR", "LD_LIBRARY_PATH");

  /** How an algorithm is started. */
  @FunctionalInterface
  interface Starter {

    ProcessBuilder command();

    /** Our own program {@code train}, on the class path and Java that the agent runs on. */
    Starter OURS =
        () -> {
          List<String> command = new ArrayList<>();
          command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
          command.addAll(
              List.of(
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:MaxRAMPercentage=50",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.weir.worker.Main",
                  "train"));
          return new ProcessBuilder(command);
        };
  }

  private final Process process;
  private final StringBuilder tail = new StringBuilder();
  private final Thread reader;

  private Algorithm(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("algorithm-output").start(this::read);
  }

  static Algorithm start(Starter starter, Folders folders, String jobName) throws IOException {
    ProcessBuilder builder = starter.command().redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT_VARIABLES);
    environment.put("SAGEMAKER_BASE_DIR", folders.base().toString());
    environment.put("TRAINING_JOB_NAME", jobName);
    environment.put("OPT_OUT_TRACKING", "true");
    return new Algorithm(builder.start());
  }

  private void read() {
    byte[] buffer = new byte[8192];
    try (InputStream out = process.getInputStream()) {
      for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
        System.out.write(buffer, 0, n);
        System.out.flush();
        synchronized (tail) {
          tail.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
          tail.delete(0, Math.max(0, tail.length() - TAIL_MAX_CHARS));
        }
      }
    } catch (IOException e) {
      synchronized (tail) {
        tail.append("\n[output lost: ").append(e.getMessage()).append(']');
      }
    }
  }

  boolean waitFor(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** SIGTERM, {@code grace}, SIGKILL; answers the exit code. */
  int stop(Duration grace) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    return exitCode();
  }

  void kill() {
    process.destroyForcibly();
  }

  int exitCode() throws InterruptedException {
    int code = process.waitFor();
    reader.join(Duration.ofSeconds(5));
    return code;
  }

  long pid() {
    return process.pid();
  }

  String logTail() {
    synchronized (tail) {
      return tail.toString();
    }
  }
}
