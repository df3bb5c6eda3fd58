package dev.weir.core.job;

import dev.weir.core.job.JobStore.Step;
import dev.weir.core.json.Json;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.Ports;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches attempts: the consumer of queue {@code jobs}. A message may come again; the launch has
 * the attempt's name, and hosts launch a name once. Thread-safe.
 */
public final class DispatchJobs {

  /** The image that holds Weir's own programs. */
  public static final String IMAGE = "weir/worker";

  private final Ports ports;
  private final JobLimits limits;
  private final URI gateway;
  private final JobStore store;
  private final AttemptTokens tokens;

  /**
   * @param gateway where agents find {@code /agent/v1/...}
   */
  public DispatchJobs(Ports ports, JobLimits limits, URI gateway) {
    this.ports = ports;
    this.limits = limits;
    this.gateway = gateway;
    this.store = new JobStore(ports);
    this.tokens = new AttemptTokens(ports.secrets());
  }

  /** Handles one message body; returns when the attempt is launched, or is over already. */
  public void handle(String body) {
    SubmitJob.Launch message = Json.read(body, SubmitJob.Launch.class);
    Job job = store.move(message.jobId(), current -> start(current, message.attempt()));
    if (job instanceof Job.Live live
        && live.attempt() == message.attempt()
        && live.host().isEmpty()) {
      String reference = ports.hosts().launch(launch(live));
      Job now = store.move(message.jobId(), current -> on(current, live.attempt(), reference));
      if (!(now instanceof Job.Live still) || still.attempt() != live.attempt()) {
        ports.hosts().stop(reference, Duration.ZERO); // Stopped or reaped meanwhile.
      }
    }
  }

  private Optional<Step> start(Job job, int attempt) {
    if (job instanceof Job.Submitted submitted && submitted.attempt() == attempt) {
      Instant now = ports.clock().instant();
      return Optional.of(Step.to(submitted.start(now, now.plus(limits.start()))));
    }
    return Optional.empty();
  }

  private static Optional<Step> on(Job job, int attempt, String reference) {
    return job instanceof Job.Live live && live.attempt() == attempt && live.host().isEmpty()
        ? Optional.of(Step.to(live.on(reference)))
        : Optional.empty();
  }

  private Hosts.Launch launch(Job.Live job) {
    String id = job.spec().id();
    Recipe.Host host = job.spec().recipe().host();
    return new Hosts.Launch(
        id + "-" + job.attempt(),
        IMAGE,
        List.of("agent"),
        Map.of(
            "WEIR_GATEWAY_URL", gateway.toString(),
            "WEIR_TOKEN", tokens.token(id, job.attempt())),
        new Hosts.Resources(host.vcpus(), host.memoryMb(), host.gpus()),
        Duration.ofMinutes(host.timeoutMinutes()));
  }
}
