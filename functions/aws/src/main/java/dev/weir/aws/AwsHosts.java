package dev.weir.aws;

import dev.weir.core.port.HostRules;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.PortException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.ContainerDetail;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobSummary;
import software.amazon.awssdk.services.batch.model.KeyValuePair;
import software.amazon.awssdk.services.batch.model.KeyValuesPair;
import software.amazon.awssdk.services.batch.model.ResourceRequirement;
import software.amazon.awssdk.services.batch.model.ResourceType;
import software.amazon.awssdk.services.batch.model.SubmitJobRequest;

/**
 * {@link Hosts} with AWS Batch for attempts and {@link EcsServices} for services.
 *
 * <p>A job of Batch is one attempt: its definition says {@code attempts: 1}, for Weir owns retries.
 * Batch does not refuse a second job of one name, so a launch looks for the first one before, and
 * its client never sends a request twice: where no answer comes, the next launch finds the job.
 */
final class AwsHosts implements Hosts {

  /** Batch kills an attempt that runs less than this at once; it allows no shorter limit. */
  static final Duration TIMEOUT_MIN = Duration.ofSeconds(60);

  /** The image of infra/worker/Dockerfile, by the name that core knows it under. */
  static final String WORKER = "weir/worker";

  private final BatchClient batch;
  private final EcsServices services;
  private final String queue;
  private final String definition;

  AwsHosts(BatchClient batch, EcsServices services, String queue, String definition) {
    this.batch = batch;
    this.services = services;
    this.queue = queue;
    this.definition = definition;
  }

  @Override
  public String launch(Launch launch) {
    HostRules.check(launch);
    checkImage(launch.image());
    try {
      Optional<String> before = launched(launch.name());
      return before.isPresent() ? before.get() : batch.submitJob(request(launch)).jobId();
    } catch (SdkException e) {
      throw new PortException("cannot launch " + launch.name() + ": " + e.getMessage(), e);
    }
  }

  /** A job definition names one image, and a launch cannot name another. */
  private static void checkImage(String image) {
    if (!image.equals(WORKER)) {
      throw new IllegalArgumentException(
          "image " + image + ": this deployment's hosts run " + WORKER + " only");
    }
  }

  private Optional<String> launched(String name) {
    return batch
        .listJobs(r ->
            r.jobQueue(queue)
                .filters(List.of(KeyValuesPair.builder().name("JOB_NAME").values(name).build())))
        .jobSummaryList()
        .stream()
        .filter(job -> job.jobName().equals(name))
        .map(JobSummary::jobId)
        .findFirst();
  }

  private SubmitJobRequest request(Launch launch) {
    long seconds = Math.max(TIMEOUT_MIN.toSeconds(), launch.timeout().toSeconds());
    return SubmitJobRequest.builder()
        .jobName(launch.name())
        .jobQueue(queue)
        .jobDefinition(definition)
        .timeout(t -> t.attemptDurationSeconds(Math.toIntExact(seconds)))
        .retryStrategy(r -> r.attempts(1))
        .containerOverrides(o ->
            o.command(launch.command())
                .environment(environment(launch.environment()))
                .resourceRequirements(requirements(launch.resources())))
        .build();
  }

  private static List<KeyValuePair> environment(Map<String, String> environment) {
    return environment.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> KeyValuePair.builder().name(e.getKey()).value(e.getValue()).build())
        .toList();
  }

  private static List<ResourceRequirement> requirements(Resources resources) {
    List<ResourceRequirement> list = new ArrayList<>();
    long vcpus = Math.max(1, (long) Math.ceil(resources.vcpus()));
    list.add(requirement(ResourceType.VCPU, Long.toString(vcpus)));
    list.add(requirement(ResourceType.MEMORY, Integer.toString(resources.memoryMb())));
    if (resources.gpus() > 0) {
      list.add(requirement(ResourceType.GPU, Integer.toString(resources.gpus())));
    }
    return list;
  }

  private static ResourceRequirement requirement(ResourceType type, String value) {
    return ResourceRequirement.builder().type(type).value(value).build();
  }

  @Override
  public Description describe(String reference) {
    try {
      return batch.describeJobs(r -> r.jobs(reference)).jobs().stream()
          .findFirst()
          .map(AwsHosts::description)
          .orElseGet(() -> HostRules.lost(reference));
    } catch (SdkException e) {
      throw new PortException("cannot describe " + reference + ": " + e.getMessage(), e);
    }
  }

  private static Description description(JobDetail job) {
    State state =
        switch (job.status()) {
          case SUBMITTED, PENDING, RUNNABLE, STARTING -> State.STARTING;
          case RUNNING -> State.RUNNING;
          case SUCCEEDED -> State.SUCCEEDED;
          case FAILED -> State.FAILED;
          case UNKNOWN_TO_SDK_VERSION -> State.LOST;
        };
    ContainerDetail container = job.container();
    Optional<Integer> exit =
        container == null ? Optional.empty() : Optional.ofNullable(container.exitCode());
    String reason = job.statusReason() == null ? "" : job.statusReason();
    return new Description(
        job.jobId(), job.jobName(), state, exit, at(job.startedAt()), at(job.stoppedAt()), reason);
  }

  private static Optional<Instant> at(@Nullable Long epochMs) {
    return Optional.ofNullable(epochMs).map(Instant::ofEpochMilli);
  }

  /** Batch gives 30 s between the signals, whatever {@code grace} says. */
  @Override
  public void stop(String reference, Duration grace) {
    HostRules.checkGrace(grace);
    try {
      batch.terminateJob(r -> r.jobId(reference).reason("stopped by Weir"));
    } catch (SdkException e) {
      throw new PortException("cannot stop " + reference + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void scale(Service service, int desired) {
    HostRules.check(service, desired);
    checkImage(service.image());
    services.scale(service, desired);
  }

  @Override
  public List<Description> replicas(String service) {
    return services.replicas(service);
  }
}
