package dev.weir.aws;

import dev.weir.core.port.Hosts;
import dev.weir.core.port.PortException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.ServiceNotActiveException;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * Services on ECS with EC2 capacity. A service that does not exist is made from the task definition
 * that infra/compute.yaml keeps as the pattern, with the service's own environment.
 */
final class EcsServices {

  private final EcsClient ecs;
  private final String prefix;
  private final String cluster;

  EcsServices(EcsClient ecs, String prefix, String cluster) {
    this.ecs = ecs;
    this.prefix = prefix;
    this.cluster = cluster;
  }

  private String name(String service) {
    return prefix + "-" + service;
  }

  void scale(Hosts.Service service, int desired) {
    try {
      ecs.updateService(
          r -> r.cluster(cluster).service(name(service.name())).desiredCount(desired));
    } catch (ServiceNotFoundException | ServiceNotActiveException e) {
      create(service, desired);
    } catch (SdkException e) {
      throw failed("scale", service.name(), e);
    }
  }

  private void create(Hosts.Service service, int desired) {
    try {
      TaskDefinition pattern =
          ecs.describeTaskDefinition(r -> r.taskDefinition(prefix + "-serve")).taskDefinition();
      ContainerDefinition container = pattern.containerDefinitions().getFirst();
      ContainerDefinition worker =
          container.toBuilder()
              .command(service.command())
              .environment(environment(container.environment(), service.environment()))
              .build();
      String task =
          ecs.registerTaskDefinition(r ->
                  r.family(name(service.name()))
                      .networkMode(pattern.networkMode())
                      .taskRoleArn(pattern.taskRoleArn())
                      .executionRoleArn(pattern.executionRoleArn())
                      .containerDefinitions(worker))
              .taskDefinition()
              .taskDefinitionArn();
      ecs.createService(r ->
          r.cluster(cluster)
              .serviceName(name(service.name()))
              .taskDefinition(task)
              .desiredCount(desired)
              .deploymentConfiguration(d -> d.minimumHealthyPercent(0).maximumPercent(100)));
    } catch (SdkException e) {
      throw failed("create", service.name(), e);
    }
  }

  /** The pattern's, with the service's own over it. */
  private static List<KeyValuePair> environment(
      List<KeyValuePair> pattern, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>();
    pattern.forEach(pair -> all.put(pair.name(), pair.value()));
    all.putAll(own);
    return all.entrySet().stream()
        .map(e -> KeyValuePair.builder().name(e.getKey()).value(e.getValue()).build())
        .toList();
  }

  List<Hosts.Description> replicas(String service) {
    try {
      List<String> tasks =
          ecs.listTasks(r -> r.cluster(cluster).serviceName(name(service))).taskArns();
      if (tasks.isEmpty()) {
        return List.of();
      }
      return ecs.describeTasks(r -> r.cluster(cluster).tasks(tasks)).tasks().stream()
          .map(task -> description(service, task))
          .toList();
    } catch (ServiceNotFoundException e) {
      return List.of();
    } catch (SdkException e) {
      throw failed("list", service, e);
    }
  }

  private static Hosts.Description description(String service, Task task) {
    Hosts.State state =
        switch (task.lastStatus()) {
          case "RUNNING" -> Hosts.State.RUNNING;
          case "STOPPED", "DEPROVISIONING", "STOPPING", "DEACTIVATING" -> Hosts.State.FAILED;
          default -> Hosts.State.STARTING;
        };
    return new Hosts.Description(
        task.taskArn(),
        service,
        state,
        task.containers().stream()
            .flatMap(c -> Optional.ofNullable(c.exitCode()).stream())
            .findFirst(),
        Optional.ofNullable(task.startedAt()),
        Optional.ofNullable(task.stoppedAt()),
        task.stoppedReason() == null ? "" : task.stoppedReason());
  }

  private static PortException failed(String what, String service, SdkException e) {
    return new PortException("cannot " + what + " service " + service + ": " + e.getMessage(), e);
  }
}
