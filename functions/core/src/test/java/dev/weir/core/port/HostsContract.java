package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Hosts.Description;
import dev.weir.core.port.Hosts.Resources;
import dev.weir.core.port.Hosts.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What all {@link Hosts} do with three programs: one succeeds, one fails with 3, one stays. */
public abstract class HostsContract {

  protected static final Resources SMALL = new Resources(0.25, 128, 0);

  protected Hosts hosts;
  private String name = "";

  protected abstract Hosts open();

  /** The arguments of a program that ends at once with that code, or stays until it is stopped. */
  protected abstract List<String> command(Optional<Integer> exitCode);

  /** Called after a launch of a program that ends; real hosts need not do anything. */
  protected void ended(String reference, int exitCode) {}

  @BeforeEach
  void openHosts() {
    name = "job-" + UUID.randomUUID();
    hosts = open();
  }

  protected Hosts.Launch launch(String launchName, Optional<Integer> exitCode) {
    return new Hosts.Launch(
        launchName,
        "weir/worker",
        command(exitCode),
        Map.of("WEIR_TEST", "水"),
        SMALL,
        Duration.ofMinutes(5));
  }

  private Hosts.Service service() {
    return new Hosts.Service(name, "weir/worker", command(Optional.empty()), Map.of(), SMALL);
  }

  protected Description await(String reference, State... states) {
    return Waiting.until(() -> hosts.describe(reference), d -> List.of(states).contains(d.state()));
  }

  @Test
  void aProgramThatEndsWithZeroSucceeds() {
    String reference = hosts.launch(launch(name, Optional.of(0)));
    ended(reference, 0);
    Description done = await(reference, State.SUCCEEDED, State.FAILED, State.LOST);
    assertEquals(State.SUCCEEDED, done.state(), done.toString());
    assertEquals(Optional.of(0), done.exitCode());
    assertEquals(reference, done.reference());
    assertEquals(name, done.name());
    assertTrue(done.startedAt().isPresent());
    assertTrue(done.stoppedAt().isPresent());
  }

  @Test
  void aProgramThatEndsWithAnotherCodeFails() {
    String reference = hosts.launch(launch(name, Optional.of(3)));
    ended(reference, 3);
    Description done = await(reference, State.SUCCEEDED, State.FAILED, State.LOST);
    assertEquals(State.FAILED, done.state(), done.toString());
    assertEquals(Optional.of(3), done.exitCode());
  }

  @Test
  void launchingTheSameNameAgainIsTheSameAttempt() {
    String reference = hosts.launch(launch(name, Optional.empty()));
    assertEquals(reference, hosts.launch(launch(name, Optional.empty())));
    Description running = await(reference, State.RUNNING);
    assertEquals(Optional.empty(), running.exitCode());
    assertEquals(Optional.empty(), running.stoppedAt());
    hosts.stop(reference, Duration.ofSeconds(5));
    await(reference, State.FAILED);
    assertEquals(reference, hosts.launch(launch(name, Optional.empty())));
    assertEquals(State.FAILED, hosts.describe(reference).state());
  }

  @Test
  void whatIsStoppedFailsAndStoppingTwiceIsFine() {
    String reference = hosts.launch(launch(name, Optional.empty()));
    await(reference, State.RUNNING);
    hosts.stop(reference, Duration.ofSeconds(5));
    Description stopped = await(reference, State.FAILED);
    assertTrue(stopped.stoppedAt().isPresent());
    hosts.stop(reference, Duration.ofSeconds(5));
    assertEquals(State.FAILED, hosts.describe(reference).state());
  }

  @Test
  void anUnknownReferenceIsLost() {
    assertEquals(State.LOST, hosts.describe("no-such-attempt").state());
    hosts.stop("no-such-attempt", Duration.ZERO);
  }

  @Test
  void aServiceHasAsManyReplicasAsAskedFor() {
    assertEquals(List.of(), hosts.replicas(name));
    hosts.scale(service(), 2);
    awaitReplicas(2);
    hosts.scale(service(), 2);
    awaitReplicas(2);
    hosts.scale(service(), 1);
    awaitReplicas(1);
    hosts.scale(service(), 3);
    awaitReplicas(3);
    hosts.scale(service(), 0);
    awaitReplicas(0);
  }

  private void awaitReplicas(int count) {
    Waiting.until(
        () -> hosts.replicas(name),
        r -> r.size() == count && r.stream().allMatch(d -> d.state() == State.RUNNING));
  }

  @Test
  void limitsAreKept() {
    refused(() -> hosts.scale(service(), -1));
    refused(() -> hosts.scale(service(), Hosts.REPLICAS_MAX + 1));
    refused(() -> hosts.launch(launch("", Optional.of(0))));
    refused(() -> hosts.launch(launch("a/b", Optional.of(0))));
    refused(() -> hosts.launch(launch("../a", Optional.of(0))));
    refused(() -> hosts.launch(launch("x".repeat(101), Optional.of(0))));
    refused(() -> hosts.stop("x", Duration.ofMinutes(3)));
  }

  private static void refused(org.junit.jupiter.api.function.Executable call) {
    assertThrows(IllegalArgumentException.class, call);
  }
}
