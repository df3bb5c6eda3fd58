package dev.weir.local.port;

import dev.weir.core.port.HostRules;
import dev.weir.core.port.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * {@link Hosts} as processes of this machine. All state is in files, so a server that is restarted
 * finds its processes again; they outlive it. Time here is the machine's, not the deployment's
 * clock, which tests move. Thread-safe. A reference is the name; a replica's is {@code
 * <service>+<number>}.
 */
final class ProcessHosts implements Hosts, AutoCloseable {

  /** How often stops, time-outs and desired counts are looked after. */
  static final Duration WATCH_EVERY = Duration.ofMillis(250);

  /** What a replica gets between SIGTERM and SIGKILL when a service is scaled down. */
  static final Duration REPLICA_GRACE = Duration.ofSeconds(30);

  /** What a shell gets to note the exit code of a program that was killed. */
  static final Duration NOTED_MAX = Duration.ofSeconds(5);

  private final Path root;
  private final Program program;
  private final InstantSource time = InstantSource.system();
  private final Map<String, Attempt> active = new LinkedHashMap<>();
  private final ReplicaSets services;
  private volatile boolean open = true;

  /** Opens a folder and takes over what still runs there. */
  ProcessHosts(Path root, List<String> worker) {
    this.root = root.resolve("attempts");
    this.program = new Program(worker);
    try {
      DurableFiles.makeFolder(this.root);
      this.services = new ReplicaSets(root.resolve("services"));
      try (Stream<Path> folders = Files.list(this.root)) {
        for (Path folder : folders.sorted().toList()) {
          Attempt attempt = attempt(String.valueOf(folder.getFileName()));
          if (!attempt.ended(time.instant())) {
            active.put(attempt.reference(), attempt);
          }
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot open " + root, e);
    }
    Thread.ofPlatform().daemon().name("weir-hosts").start(this::watch);
  }

  private Attempt attempt(String reference) {
    return new Attempt(root.resolve(reference), reference);
  }

  /** A reference that is no plain file name is one that nobody was given. */
  private Optional<Attempt> known(String reference) {
    boolean plain = reference.matches("[A-Za-z0-9][A-Za-z0-9+-]*");
    return plain ? Optional.of(attempt(reference)) : Optional.empty();
  }

  @Override
  public synchronized String launch(Launch launch) {
    HostRules.check(launch);
    program.check(launch.image());
    Attempt attempt = attempt(launch.name());
    try {
      if (attempt.launched().isEmpty()) {
        begin(attempt, launch);
      }
      return launch.name();
    } catch (IOException e) {
      throw DurableFiles.failed("cannot start " + launch.name(), e);
    }
  }

  private void begin(Attempt attempt, Launch launch) throws IOException {
    long timeoutMs = launch.timeout().toMillis();
    attempt.begin(new Attempt.Launched(launch.name(), time.millis(), timeoutMs));
    active.put(attempt.reference(), attempt);
    program.start(
        attempt.folder(), launch.command(), launch.environment(), launch.resources().memoryMb());
  }

  @Override
  public Description describe(String reference) {
    try {
      Optional<Attempt> attempt = known(reference);
      return attempt.isEmpty() ? HostRules.lost(reference) : attempt.get().describe(time.instant());
    } catch (IOException e) {
      throw DurableFiles.failed("cannot describe " + reference, e);
    }
  }

  @Override
  public synchronized void stop(String reference, Duration grace) {
    HostRules.checkGrace(grace);
    Attempt attempt = active.get(reference);
    if (attempt == null) {
      return;
    }
    try {
      stop(attempt, grace, "stopped");
    } catch (IOException e) {
      throw DurableFiles.failed("cannot stop " + reference, e);
    }
  }

  /** The first request decides when it is killed; a later one may only make it sooner. */
  private void stop(Attempt attempt, Duration grace, String reason) throws IOException {
    long killAtMs = time.millis() + grace.toMillis();
    Optional<Attempt.Stop> before = attempt.stopping();
    if (before.isEmpty() || killAtMs < before.get().killAtMs()) {
      String first = before.map(Attempt.Stop::reason).orElse(reason);
      attempt.stop(new Attempt.Stop(killAtMs, first));
    }
    if (before.isEmpty()) {
      attempt.alive().forEach(ProcessHandle::destroy);
    }
  }

  @Override
  public synchronized void scale(Service service, int desired) {
    HostRules.check(service, desired);
    program.check(service.image());
    try {
      services.set(service, desired);
      reconcile(service.name());
    } catch (IOException e) {
      throw DurableFiles.failed("cannot scale " + service.name(), e);
    }
  }

  @Override
  public synchronized List<Description> replicas(String service) {
    try {
      List<Description> replicas = new ArrayList<>();
      for (Attempt attempt : active.values()) {
        Description description = attempt.describe(time.instant());
        boolean here =
            description.state() == State.RUNNING || description.state() == State.STARTING;
        if (attempt.reference().startsWith(service + "+") && here) {
          replicas.add(description);
        }
      }
      return replicas;
    } catch (IOException e) {
      throw DurableFiles.failed("cannot list replicas of " + service, e);
    }
  }

  private void reconcile(String name) throws IOException {
    ReplicaSets.ReplicaSet set = services.get(name);
    List<Attempt> running = new ArrayList<>();
    for (Attempt attempt : active.values()) {
      boolean ours = attempt.reference().startsWith(name + "+");
      if (ours && attempt.stopping().isEmpty() && !attempt.ended(time.instant())) {
        running.add(attempt);
      }
    }
    for (int i = running.size(); i > set.desired(); i--) {
      stop(running.get(i - 1), REPLICA_GRACE, "scaled down");
    }
    for (int i = running.size(); i < set.desired() && services.mayStart(name); i++) {
      Attempt replica = attempt(name + "+" + services.next(name));
      Service service = set.service();
      replica.begin(new Attempt.Launched(name, time.millis(), Long.MAX_VALUE));
      active.put(replica.reference(), replica);
      program.start(
          replica.folder(),
          service.command(),
          service.environment(),
          service.resources().memoryMb());
    }
  }

  private void watch() {
    while (open) {
      try {
        look();
      } catch (IOException | RuntimeException e) {
        System.getLogger(ProcessHosts.class.getName())
            .log(System.Logger.Level.WARNING, "looking after processes failed", e);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WATCH_EVERY.toMillis()));
    }
  }

  private synchronized void look() throws IOException {
    for (Attempt attempt : List.copyOf(active.values())) {
      look(attempt);
    }
    for (String service : services.names()) {
      reconcile(service);
    }
  }

  private void look(Attempt attempt) throws IOException {
    Instant now = time.instant();
    Description description = attempt.describe(now);
    if (attempt.ended(now)) {
      active.remove(attempt.reference());
      services.ended(description);
      return;
    }
    Optional<Attempt.Stop> stopping = attempt.stopping();
    if (stopping.isPresent()) {
      long lateMs = now.toEpochMilli() - stopping.get().killAtMs();
      if (lateMs >= 0) {
        kill(attempt, lateMs);
      }
      return;
    }
    long timeoutMs = attempt.launched().map(Attempt.Launched::timeoutMs).orElse(Long.MAX_VALUE);
    long ranMs = description.startedAt().map(at -> Duration.between(at, now).toMillis()).orElse(0L);
    if (ranMs > timeoutMs) {
      stop(attempt, REPLICA_GRACE, "timed out after " + Duration.ofMillis(timeoutMs));
    }
  }

  /**
   * Kills the program and what it started, not the shell, which then notes the exit code; the shell
   * only where it has not done so for a while.
   */
  private static void kill(Attempt attempt, long lateMs) throws IOException {
    Optional<ProcessHandle> program = attempt.program();
    if (program.isPresent()) {
      kill(program.get());
    } else if (lateMs > NOTED_MAX.toMillis()) {
      attempt.alive().forEach(ProcessHosts::kill);
    }
  }

  private static void kill(ProcessHandle process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** Stops looking after the processes; they go on. */
  @Override
  public void close() {
    open = false;
  }
}
