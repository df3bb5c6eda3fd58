package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.port.Hosts;
import dev.weir.core.port.PortException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AwsHostsTest {

  private static final String NONE = "{\"jobSummaryList\":[]}";

  private final FakeHttp http = new FakeHttp();
  private final Hosts hosts = http.ports().hosts();

  private static Hosts.Launch launch(String image, int gpus) {
    return new Hosts.Launch(
        "job-1-2",
        image,
        List.of("agent"),
        Map.of("WEIR_TOKEN", "t", "WEIR_GATEWAY_URL", "https://weir.example"),
        new Hosts.Resources(1.5, 4096, gpus),
        Duration.ofSeconds(10));
  }

  @Test
  void launchSubmitsOneAttemptOfTheDeploymentsDefinition() {
    http.answers(NONE).answers("{\"jobId\":\"batch-1\",\"jobName\":\"job-1-2\"}");

    assertEquals("batch-1", hosts.launch(launch("weir/worker", 1)));

    assertEquals("/v1/listjobs", http.sent().getFirst().uri().getPath());
    JsonNode submit = http.sent().getLast().json();
    assertEquals("/v1/submitjob", http.sent().getLast().uri().getPath());
    assertEquals("job-1-2", submit.path("jobName").asText());
    assertEquals("weir-train", submit.path("jobQueue").asText());
    assertEquals("weir-worker", submit.path("jobDefinition").asText());
    assertEquals(1, submit.at("/retryStrategy/attempts").asInt());
    assertEquals(60, submit.at("/timeout/attemptDurationSeconds").asInt());
    JsonNode overrides = submit.path("containerOverrides");
    assertEquals("[\"agent\"]", overrides.path("command").toString());
    assertEquals("WEIR_GATEWAY_URL", overrides.at("/environment/0/name").asText());
    assertEquals("WEIR_TOKEN", overrides.at("/environment/1/name").asText());
    assertEquals(
        "[{\"value\":\"2\",\"type\":\"VCPU\"},{\"value\":\"4096\",\"type\":\"MEMORY\"},"
            + "{\"value\":\"1\",\"type\":\"GPU\"}]",
        overrides.path("resourceRequirements").toString());
  }

  @Test
  void launchOfAKnownNameAnswersTheSameReference() {
    http.answers("{\"jobSummaryList\":[{\"jobId\":\"batch-1\",\"jobName\":\"job-1-2\"}]}");

    assertEquals("batch-1", hosts.launch(launch("weir/worker", 0)));
    assertEquals("JOB_NAME", http.only().json().at("/filters/0/name").asText());
  }

  @Test
  void submitWhoseAnswerIsLostIsNotSentTwiceAndIsFoundByTheNextLaunch() {
    Hosts retrying = http.retryingPorts().hosts();
    http.answers(NONE)
        .losesAnswer()
        .answers("{\"jobSummaryList\":[{\"jobId\":\"batch-1\",\"jobName\":\"job-1-2\"}]}");

    assertThrows(PortException.class, () -> retrying.launch(launch("weir/worker", 0)));
    assertEquals("batch-1", retrying.launch(launch("weir/worker", 0)));
    assertEquals(
        1, http.sent().stream().filter(s -> s.uri().getPath().equals("/v1/submitjob")).count());
  }

  @Test
  void throttledLaunchIsAnError() {
    http.fails(429, "TooManyRequestsException");

    assertThrows(PortException.class, () -> hosts.launch(launch("weir/worker", 0)));
  }

  @Test
  void otherImagesAreRefusedByName() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> hosts.launch(launch("acme/algo", 0)));
    assertEquals("image acme/algo: this deployment's hosts run weir/worker only", e.getMessage());
    assertEquals(List.of(), http.sent());
  }

  @Test
  void endedAttemptIsDescribedWithItsExitCode() {
    http.answers(
        "{\"jobs\":[{\"jobId\":\"batch-1\",\"jobName\":\"job-1-2\",\"status\":\"FAILED\","
            + "\"statusReason\":\"Essential container in task exited\",\"startedAt\":1000,"
            + "\"stoppedAt\":2000,\"container\":{\"exitCode\":137}}]}");

    Hosts.Description description = hosts.describe("batch-1");

    assertEquals(Hosts.State.FAILED, description.state());
    assertEquals(Optional.of(137), description.exitCode());
    assertEquals(Optional.of(Instant.ofEpochMilli(2000)), description.stoppedAt());
    assertEquals("Essential container in task exited", description.reason());
  }

  @Test
  void unknownAttemptIsLost() {
    http.answers("{\"jobs\":[]}");

    assertEquals(Hosts.State.LOST, hosts.describe("batch-9").state());
  }

  @Test
  void stopTerminatesWithAReason() {
    http.answers("{}");

    hosts.stop("batch-1", Duration.ofSeconds(20));

    assertEquals("/v1/terminatejob", http.only().uri().getPath());
    assertEquals("batch-1", http.only().json().path("jobId").asText());
    assertEquals("stopped by Weir", http.only().json().path("reason").asText());
  }
}
