package dev.weir.core.port;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where containers run: job attempts that end, and services with a desired count. */
public interface Hosts {

  /**
   * Starts one attempt of a job. Called again with the same name it answers the same reference: the
   * name is {@code <job>-<attempt>}.
   */
  String launch(Launch launch);

  /** What became of it; {@link State#LOST} where the host knows nothing of it. */
  Description describe(String reference);

  /** Asks it to end: SIGTERM, {@code grace}, SIGKILL. Stopping what has ended is fine. */
  void stop(String reference, Duration grace);

  /** Sets how many replicas of a service should run, 0 to {@link #REPLICAS_MAX}. */
  void scale(Service service, int desired);

  /** The replicas of a service that exist now. */
  List<Description> replicas(String service);

  int REPLICAS_MAX = 64;

  /**
   * One attempt.
   *
   * @param name unique; letters, digits, hyphens, at most 100 characters
   * @param image the algorithm's image, or {@code weir/worker} for ours
   * @param command the program's arguments ({@code train}, {@code serve})
   * @param environment what it is told; no secrets but the attempt's own token
   */
  record Launch(
      String name,
      String image,
      List<String> command,
      Map<String, String> environment,
      Resources resources,
      Duration timeout) {}

  /** A service of equal replicas. */
  record Service(
      String name,
      String image,
      List<String> command,
      Map<String, String> environment,
      Resources resources) {}

  /** What one container needs. */
  record Resources(double vcpus, int memoryMb, int gpus) {}

  /** A container's state as the host sees it. */
  record Description(
      String reference,
      String name,
      State state,
      Optional<Integer> exitCode,
      Optional<Instant> startedAt,
      Optional<Instant> stoppedAt,
      String reason) {}

  /** From asked for to gone. */
  enum State {
    STARTING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    LOST
  }
}
