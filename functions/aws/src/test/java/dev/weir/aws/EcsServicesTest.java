package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.PortException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EcsServicesTest {

  private static final Hosts.Service SERVICE =
      new Hosts.Service(
          "serve-support",
          "weir/worker",
          List.of("serve"),
          Map.of("WEIR_ENDPOINT", "support", "WEIR_TOKEN", "t"),
          new Hosts.Resources(1, 2048, 0));

  private static final String PATTERN =
      "{\"taskDefinition\":{\"networkMode\":\"host\",\"taskRoleArn\":\"empty\","
          + "\"executionRoleArn\":\"exec\",\"containerDefinitions\":[{\"name\":\"worker\","
          + "\"image\":\"registry.example/weir:1\",\"memory\":12000,\"environment\":["
          + "{\"name\":\"WEIR_PORT\",\"value\":\"8080\"},"
          + "{\"name\":\"WEIR_ENDPOINT\",\"value\":\"default\"}]}]}}";

  private final FakeHttp http = new FakeHttp();
  private final Hosts hosts = http.ports().hosts();

  @Test
  void knownServiceIsScaled() {
    http.answers("{\"service\":{}}");

    hosts.scale(SERVICE, 3);

    assertEquals("UpdateService", http.only().operation());
    assertEquals("weir-serve", http.only().json().path("cluster").asText());
    assertEquals("weir-serve-support", http.only().json().path("service").asText());
    assertEquals(3, http.only().json().path("desiredCount").asInt());
  }

  @Test
  void unknownServiceIsMadeFromThePatternWithItsOwnToken() {
    http.fails(400, "ServiceNotFoundException")
        .answers(PATTERN)
        .answers("{\"taskDefinition\":{\"taskDefinitionArn\":\"weir-serve-support:1\"}}")
        .answers("{\"service\":{}}");

    hosts.scale(SERVICE, 2);

    assertEquals("weir-serve", http.sent().get(1).json().path("taskDefinition").asText());
    JsonNode task = http.sent().get(2).json();
    assertEquals("weir-serve-support", task.path("family").asText());
    assertEquals("empty", task.path("taskRoleArn").asText());
    JsonNode container = task.at("/containerDefinitions/0");
    assertEquals("registry.example/weir:1", container.path("image").asText());
    assertEquals("[\"serve\"]", container.path("command").toString());
    Map<String, String> environment = new TreeMap<>();
    container
        .path("environment")
        .forEach(e -> environment.put(e.path("name").asText(), e.path("value").asText()));
    assertEquals(
        Map.of("WEIR_PORT", "8080", "WEIR_ENDPOINT", "support", "WEIR_TOKEN", "t"), environment);
    JsonNode create = http.sent().get(3).json();
    assertEquals("CreateService", http.sent().get(3).operation());
    assertEquals("weir-serve-support:1", create.path("taskDefinition").asText());
    assertEquals(2, create.path("desiredCount").asInt());
  }

  @Test
  void throttledOrLostScaleIsAnErrorAndMakesNoService() {
    http.fails(400, "ThrottlingException").losesAnswer();

    for (int i = 0; i < 2; i++) {
      assertThrows(PortException.class, () -> hosts.scale(SERVICE, 1));
    }
    assertEquals(2, http.sent().size());
  }

  @Test
  void replicasAreTheTasksOfTheService() {
    http.answers("{\"taskArns\":[\"task-1\"]}")
        .answers(
            "{\"tasks\":[{\"taskArn\":\"task-1\",\"lastStatus\":\"RUNNING\",\"containers\":[]}]}");

    List<Hosts.Description> replicas = hosts.replicas("serve-support");

    assertEquals(1, replicas.size());
    assertEquals(Hosts.State.RUNNING, replicas.getFirst().state());
    assertEquals("weir-serve-support", http.sent().getFirst().json().path("serviceName").asText());
  }

  @Test
  void serviceThatNeverWasHasNoReplicas() {
    http.fails(400, "ServiceNotFoundException");

    assertEquals(List.of(), hosts.replicas("serve-support"));
  }
}
