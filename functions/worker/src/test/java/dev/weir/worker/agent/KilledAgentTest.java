package dev.weir.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.job.AgentWire;
import dev.weir.core.job.Job;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.port.Paged;
import dev.weir.worker.samples.Sample;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.StopSignal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An agent killed at each step of its way: the next attempt goes on from what counted, one version
 * is made, and the dead one's token is worth nothing. The algorithm is a script that writes one
 * checkpoint and a model that says what it began with.
 */
class KilledAgentTest {

  private static final String ALGORITHM =
      """
      cd "$SAGEMAKER_BASE_DIR" && mkdir -p model checkpoints output
      began=$(ls checkpoints)
      if [ -z "$began" ]; then
        mkdir checkpoints/.s && echo weights > checkpoints/.s/state.json
        mv checkpoints/.s checkpoints/step-000000000100
      fi
      sleep 0.4
      echo "began with $began" > model/README.md
      echo '{"format":"weir-model/1","metrics":{"accuracy":1.0}}' > model/model.json
      """;

  @TempDir Path folder;

  private TestGateway gateway;
  private String job;

  @BeforeEach
  void open() throws Exception {
    gateway = new TestGateway();
    job = gateway.submit(Sample.BREAST_CANCER, Sample.BREAST_CANCER.recipe());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "true, .*/claim, ''",
    "false, .*/claim, ''",
    "true, GET /sha256/.*, ''",
    "true, PUT .*/checkpoint-0, ''",
    "true, .*/v1/checkpoint, ''",
    "false, .*/v1/checkpoint, step-000000000100",
    "true, PUT .*/artifact/model.json, step-000000000100",
    "true, .*/complete, step-000000000100"
  })
  void theNextAttemptGoesOnFromWhatCounted(boolean before, String request, String beganWith)
      throws Exception {
    String first = gateway.dispatch();
    killAt(new TestGateway.Moment(before, request), first);
    gateway.clock.advance(Duration.ofMinutes(30));
    assertEquals(1, gateway.reap.run());

    String second = gateway.dispatch();
    gateway.letGo(); // what the dead one had sent arrives late
    assertEquals(Agent.ENDED, run(second));
    Job.Succeeded done = assertInstanceOf(Job.Succeeded.class, gateway.jobs.require(job));
    assertEquals(2, done.attempt());
    assertEquals(("began with " + beganWith).strip(), said(onlyVersion()));
    fenced(first);
  }

  @Test
  void aKillAfterTheCompletionCountedChangesNothing() throws Exception {
    String first = gateway.dispatch();
    killAt(new TestGateway.Moment(false, ".*/complete"), first);
    gateway.letGo();
    Job.Succeeded done = assertInstanceOf(Job.Succeeded.class, gateway.jobs.require(job));
    assertEquals(1, done.attempt());
    gateway.clock.advance(Duration.ofMinutes(30));
    assertEquals(0, gateway.reap.run());
    assertEquals("began with", said(onlyVersion()));
    fenced(first);
  }

  @Test
  void aKilledAlgorithmIsReportedByItsAgentAndTriedAgain() throws Exception {
    String first = gateway.dispatch();
    int code = run(first, () -> new ProcessBuilder("/bin/sh", "-c", "echo begun; kill -KILL $$"));
    assertEquals(Agent.ENDED, code);
    Job.Submitted again = assertInstanceOf(Job.Submitted.class, gateway.jobs.require(job));
    assertTrue(again.ended().getFirst().reason().startsWith("exit code 137"), again.toString());
    assertEquals(Agent.ENDED, run(gateway.dispatch()));
    assertInstanceOf(Job.Succeeded.class, gateway.jobs.require(job));
    onlyVersion();
  }

  private void killAt(TestGateway.Moment moment, String token) throws Exception {
    gateway.hold(moment);
    Process agent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Scripted.class.getName(),
                gateway.uri().toString(),
                token,
                folder.resolve("first").toString())
            .inheritIO()
            .start();
    try {
      gateway.awaitHeld();
    } finally {
      List<ProcessHandle> children = agent.descendants().toList();
      agent.destroyForcibly().waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** An agent in a process of its own, with the script for an algorithm. */
  static final class Scripted {
    public static void main(String[] args) throws Exception {
      try (GatewayClient client = new GatewayClient(java.net.URI.create(args[0]), args[1])) {
        Folders folders = new Folders(Path.of(args[2]));
        System.exit(
            new Agent(client, folders, script(), new StopSignal(), Clock.systemUTC()).run());
      }
    }
  }

  private static Algorithm.Starter script() {
    return () -> new ProcessBuilder("/bin/sh", "-c", ALGORITHM);
  }

  private int run(String token) {
    return run(token, script());
  }

  private int run(String token, Algorithm.Starter starter) {
    try (GatewayClient client = new GatewayClient(gateway.uri(), token)) {
      Folders folders = new Folders(folder.resolve(token.substring(token.length() - 8)));
      return new Agent(client, folders, starter, new StopSignal(), Clock.systemUTC()).run();
    }
  }

  private void fenced(String token) {
    try (GatewayClient late = new GatewayClient(gateway.uri(), token)) {
      assertThrows(GatewayClient.FencedException.class, () -> late.claim(new AgentWire.Claim(0)));
    }
  }

  private ModelVersion onlyVersion() {
    List<ModelVersion> versions = gateway.models.versions("tumours", Paged.Request.FIRST).items();
    assertEquals(1, versions.size(), versions.toString());
    return versions.getFirst();
  }

  private String said(ModelVersion version) throws Exception {
    try (var in =
        gateway.ports.blobs().open(version.files().get("README.md").blob()).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
