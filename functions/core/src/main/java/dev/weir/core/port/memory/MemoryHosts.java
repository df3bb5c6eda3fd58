package dev.weir.core.port.memory;

import dev.weir.core.port.HostRules;
import dev.weir.core.port.Hosts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link Hosts} that run nothing: a test reads what was launched and says what becomes of it.
 * Thread-safe. A reference is the name.
 */
public final class MemoryHosts implements Hosts {

  private final InstantSource clock;
  private final Map<String, Launch> launches = new LinkedHashMap<>();
  private final Map<String, Description> descriptions = new LinkedHashMap<>();
  private final Map<String, Integer> desired = new LinkedHashMap<>();
  private int replicasMade;

  public MemoryHosts(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized String launch(Launch launch) {
    HostRules.check(launch);
    if (launches.putIfAbsent(launch.name(), launch) == null) {
      put(launch.name(), launch.name(), State.RUNNING, Optional.empty(), "");
    }
    return launch.name();
  }

  @Override
  public synchronized Description describe(String reference) {
    Description known = descriptions.get(reference);
    return known != null ? known : HostRules.lost(reference);
  }

  @Override
  public synchronized void stop(String reference, Duration grace) {
    HostRules.checkGrace(grace);
    if (describe(reference).state() == State.RUNNING) {
      finish(reference, 143, "stopped");
    }
  }

  @Override
  public synchronized void scale(Service service, int count) {
    HostRules.check(service, count);
    desired.put(service.name(), count);
    List<Description> running = replicas(service.name());
    for (int i = running.size(); i > count; i--) {
      descriptions.remove(running.get(i - 1).reference());
    }
    for (int i = running.size(); i < count; i++) {
      String reference = service.name() + "/" + ++replicasMade;
      put(reference, service.name(), State.RUNNING, Optional.empty(), "");
    }
  }

  @Override
  public synchronized List<Description> replicas(String service) {
    return descriptions.values().stream()
        .filter(d -> d.reference().startsWith(service + "/") && d.state() == State.RUNNING)
        .toList();
  }

  /** Ends a job attempt or a replica with an exit code. */
  public synchronized void finish(String reference, int exitCode, String reason) {
    State state = exitCode == 0 ? State.SUCCEEDED : State.FAILED;
    put(reference, describe(reference).name(), state, Optional.of(exitCode), reason);
  }

  /** The host forgets a job attempt, as after losing a machine. */
  public synchronized void lose(String reference) {
    descriptions.remove(reference);
  }

  /** What was launched, in order. */
  public synchronized List<Launch> launches() {
    return new ArrayList<>(launches.values());
  }

  /** The count last asked for; 0 for an unknown service. */
  public synchronized int desired(String service) {
    return desired.getOrDefault(service, 0);
  }

  private void put(
      String reference, String name, State state, Optional<Integer> exitCode, String reason) {
    Description before = descriptions.get(reference);
    descriptions.put(
        reference,
        new Description(
            reference,
            name,
            state,
            exitCode,
            before == null ? Optional.of(clock.instant()) : before.startedAt(),
            exitCode.map(_ -> clock.instant()),
            reason));
  }
}
