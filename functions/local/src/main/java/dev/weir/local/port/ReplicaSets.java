package dev.weir.local.port;

import dev.weir.core.json.Json;
import dev.weir.core.port.Hosts.Description;
import dev.weir.core.port.Hosts.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many replicas of each service should run, in a file each. A service whose replicas end soon
 * after they start is started again after a pause that doubles. Not thread-safe.
 */
final class ReplicaSets {

  /** A replica that lived shorter counts as a failure to start. */
  static final Duration SHORT_LIFE = Duration.ofSeconds(10);

  /** The longest pause before a failing service is started again. */
  static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final Path folder;
  private final Map<String, ReplicaSet> sets = new HashMap<>();
  private final Map<String, Backoff> backoffs = new HashMap<>();

  ReplicaSets(Path folder) throws IOException {
    this.folder = folder;
    DurableFiles.makeFolder(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        ReplicaSet set = Json.read(Files.readString(file), ReplicaSet.class);
        sets.put(set.service().name(), set);
      }
    }
  }

  /** What should run. {@code started} numbers the replicas, over restarts too. */
  record ReplicaSet(Service service, int desired, int started) {}

  private record Backoff(int failures, Instant notBefore) {}

  void set(Service service, int desired) throws IOException {
    ReplicaSet before = sets.get(service.name());
    store(new ReplicaSet(service, desired, before == null ? 0 : before.started()));
  }

  private void store(ReplicaSet set) throws IOException {
    Path file = folder.resolve(set.service().name() + ".json");
    DurableFiles.write(file, Json.write(set).getBytes(StandardCharsets.UTF_8));
    sets.put(set.service().name(), set);
  }

  List<String> names() {
    return List.copyOf(sets.keySet());
  }

  ReplicaSet get(String name) {
    ReplicaSet set = sets.get(name);
    if (set == null) {
      throw new IllegalArgumentException("no service " + name);
    }
    return set;
  }

  int next(String name) throws IOException {
    ReplicaSet set = get(name);
    store(new ReplicaSet(set.service(), set.desired(), set.started() + 1));
    return set.started() + 1;
  }

  boolean mayStart(String name) {
    Backoff backoff = backoffs.get(name);
    return backoff == null || !backoff.notBefore().isAfter(Instant.now());
  }

  /** A replica ended; where it was soon, the next waits. */
  void ended(Description replica) {
    if (!sets.containsKey(replica.name())) {
      return;
    }
    Instant now = Instant.now();
    boolean soon =
        replica.startedAt().map(at -> at.plus(SHORT_LIFE).isAfter(now)).orElse(true)
            && !replica.reason().startsWith("scaled down");
    if (!soon) {
      backoffs.remove(replica.name());
      return;
    }
    Backoff before = backoffs.get(replica.name());
    int failures = before == null ? 1 : before.failures() + 1;
    long seconds = Math.min(PAUSE_MAX.toSeconds(), 1L << Math.min(failures - 1, 10));
    backoffs.put(replica.name(), new Backoff(failures, now.plusSeconds(seconds)));
  }
}
