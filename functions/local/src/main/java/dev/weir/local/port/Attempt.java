package dev.weir.local.port;

import dev.weir.core.json.Json;
import dev.weir.core.port.HostRules;
import dev.weir.core.port.Hosts.Description;
import dev.weir.core.port.Hosts.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One program that was started, as the files in its folder say: {@code launch.json} before it was,
 * {@code pid} since it is, {@code stop} when it was asked to end, {@code exit} when it ended, and
 * what it wrote in {@code out.log}.
 */
final class Attempt {

  /** How long a program that noted no process id counts as starting. */
  static final Duration STARTING_MAX = Duration.ofSeconds(10);

  /** The system's clock may differ that much from what it noted as a process's start. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

  private final Path folder;
  private final String reference;

  Attempt(Path folder, String reference) {
    this.folder = folder;
    this.reference = reference;
  }

  /** What is kept of a launch; neither its arguments nor its token. */
  record Launched(String name, long launchedAtMs, long timeoutMs) {}

  /** When and why it was asked to end, and when it is killed. */
  record Stop(long killAtMs, String reason) {}

  String reference() {
    return reference;
  }

  Path folder() {
    return folder;
  }

  void begin(Launched launched) throws IOException {
    DurableFiles.makeFolder(folder);
    write("launch.json", Json.write(launched));
  }

  void stop(Stop stop) throws IOException {
    write("stop", Json.write(stop));
  }

  private void write(String name, String text) throws IOException {
    DurableFiles.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  Optional<Launched> launched() throws IOException {
    return read("launch.json").map(json -> Json.read(json, Launched.class));
  }

  Optional<Stop> stopping() throws IOException {
    return read("stop").map(json -> Json.read(json, Stop.class));
  }

  private Optional<String> read(String name) throws IOException {
    try {
      return Optional.of(Files.readString(folder.resolve(name)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Optional<Instant> written(String name) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(folder.resolve(name)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * The shell and the program, as far as they live. A process id used again is told by its start.
   */
  List<ProcessHandle> alive() throws IOException {
    Optional<Instant> noted = written("pid");
    Optional<String> pids = read("pid");
    if (noted.isEmpty() || pids.isEmpty()) {
      return List.of();
    }
    Instant latest = noted.get().plus(START_TOLERANCE);
    return Stream.of(pids.get().split(" ", -1))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .filter(ProcessHandle::isAlive)
        .filter(p -> p.info().startInstant().map(start -> start.isBefore(latest)).orElse(true))
        .toList();
  }

  /** The program without its shell, as long as it lives. */
  Optional<ProcessHandle> program() throws IOException {
    Optional<String> pids = read("pid").filter(noted -> noted.indexOf(' ') > 0);
    if (pids.isEmpty()) {
      return Optional.empty();
    }
    long program = Long.parseLong(pids.get().substring(pids.get().indexOf(' ') + 1));
    return alive().stream().filter(p -> p.pid() == program).findFirst();
  }

  Description describe(Instant now) throws IOException {
    Optional<Launched> launched = launched();
    if (launched.isEmpty()) {
      return HostRules.lost(reference);
    }
    // In the order in which they come to be: what is read later cannot contradict what was before.
    Optional<Instant> started = written("pid");
    List<ProcessHandle> alive = alive();
    Optional<Integer> exitCode = read("exit").map(Integer::valueOf);
    boolean starting =
        started.isEmpty()
            && now.toEpochMilli() - launched.get().launchedAtMs() < STARTING_MAX.toMillis();
    State state =
        exitCode.isPresent()
            ? (exitCode.get() == 0 ? State.SUCCEEDED : State.FAILED)
            : !alive.isEmpty() ? State.RUNNING : starting ? State.STARTING : State.LOST;
    return new Description(
        reference,
        launched.get().name(),
        state,
        exitCode,
        started,
        written("exit"),
        reason(state, exitCode));
  }

  private String reason(State state, Optional<Integer> exitCode) throws IOException {
    if (state == State.LOST) {
      return "it ended without a trace: the machine, or its shell, was stopped by force";
    }
    if (exitCode.isEmpty() || exitCode.get() == 0) {
      return "";
    }
    int code = exitCode.get();
    String end = code > 128 ? "ended by signal " + (code - 128) : "exit code " + code;
    return stopping().map(stop -> stop.reason() + ": " + end).orElse(end);
  }

  boolean ended(Instant now) throws IOException {
    return switch (describe(now).state()) {
      case SUCCEEDED, FAILED, LOST -> true;
      case STARTING, RUNNING -> false;
    };
  }
}
