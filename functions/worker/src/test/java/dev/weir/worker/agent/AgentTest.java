package dev.weir.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.job.AgentWire;
import dev.weir.core.job.Job;
import dev.weir.core.job.MetricPoint;
import dev.weir.core.job.Recipe;
import dev.weir.core.job.RecipeParser;
import dev.weir.core.json.Json;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.port.Paged;
import dev.weir.worker.samples.Sample;
import dev.weir.worker.train.Folders;
import dev.weir.worker.train.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents as processes against the real protocol behind a small HTTP server. */
class AgentTest {

  @TempDir Path folder;

  private TestGateway gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = new TestGateway();
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void anAttemptThatIsKilledIsFollowedByOneThatResumesAndCompletes() throws Exception {
    String id = gateway.submit(Sample.BREAST_CANCER, recipe(300));
    String firstToken = gateway.dispatch();
    Process first = agent(firstToken, folder.resolve("first"));
    await(() -> checkpointed(id), first, folder.resolve("first"));
    List<ProcessHandle> children = first.descendants().toList();
    first.destroyForcibly().waitFor();
    children.forEach(ProcessHandle::destroyForcibly);
    gateway.clock.advance(Duration.ofMinutes(2));
    assertEquals(1, gateway.reap.run());

    String secondToken = gateway.dispatch();
    int code = run(secondToken, folder.resolve("second"));
    assertEquals(Agent.ENDED, code);
    Job.Succeeded done = assertInstanceOf(Job.Succeeded.class, gateway.jobs.require(id));
    assertEquals(2, done.attempt());
    assertTrue(done.metrics().get("accuracy") > 0.9, done.metrics().toString());
    ModelVersion version = gateway.models.require("tumours");
    assertEquals(
        List.of("README.md", "metrics.json", "model.json", "model.onnx", "model.safetensors"),
        version.files().keySet().stream().sorted().toList());
    assertEquals("breast-cancer:1", version.lineage().dataset());
    List<MetricPoint> points = gateway.jobs.metrics(id, Paged.Request.FIRST).items();
    assertFalse(points.isEmpty());
    // The deployment's clock is weeks from this machine's; its agents go by the deployment's.
    points.forEach(point -> {
      Duration apart = Duration.between(gateway.clock.instant(), point.at().orElseThrow());
      assertTrue(apart.abs().compareTo(Duration.ofMinutes(5)) < 0, point.toString());
    });
    assertThrows(
        GatewayClient.FencedException.class,
        () -> new GatewayClient(gateway.uri(), firstToken).claim(new AgentWire.Claim(0)));
    String card =
        Files.readString(new Folders(folder.resolve("second")).model().resolve("README.md"));
    assertTrue(card.startsWith("---\nlibrary_name: weir\n"), card);
    assertTrue(card.contains("`breast-cancer:1`"), card);
  }

  @Test
  void aRunThatCannotSucceedFailsWithItsReasonAndIsNotTriedAgain() throws Exception {
    ObjectNode recipe = Json.MAPPER.valueToTree(Sample.DIABETES.recipe());
    recipe.set("optimizer", Json.MAPPER.valueToTree(Map.of("type", "sgd", "learningRate", 10)));
    String id = gateway.submit(Sample.DIABETES, RecipeParser.parse(recipe));
    assertEquals(Agent.ENDED, run(gateway.dispatch(), folder));
    Job.Failed failed = assertInstanceOf(Job.Failed.class, gateway.jobs.require(id));
    assertTrue(failed.reason().startsWith("exit code 2: the loss is"), failed.reason());
    assertTrue(failed.logTail().contains("training failed"), failed.logTail());
  }

  /** First there is no space for checkpoints, then none for anything, then there is. */
  @Test
  void aFullDiskCostsCheckpointsThenTheAttemptAndSpaceEndsIt() throws Exception {
    String id = gateway.submit(Sample.BREAST_CANCER, recipe(30));
    gateway.full = ".*";
    assertEquals(Agent.ENDED, run(gateway.dispatch(), folder.resolve("first")));
    assertTrue(gateway.refused.get() > 1, gateway.refused + " files were refused");
    Job.Submitted again = assertInstanceOf(Job.Submitted.class, gateway.jobs.require(id));
    assertEquals(2, again.attempt());
    String said = again.ended().toString();
    assertTrue(said.contains("NotStored") && said.contains("disk full"), said);

    gateway.full = ".*checkpoint.*";
    assertEquals(Agent.ENDED, run(gateway.dispatch(), folder.resolve("second")));
    assertInstanceOf(Job.Succeeded.class, gateway.jobs.require(id));
  }

  @Test
  void stoppingAJobEndsItsAlgorithmWithACheckpoint() throws Exception {
    String id = gateway.submit(Sample.BREAST_CANCER, recipe(10_000));
    Process agent = agent(gateway.dispatch(), folder);
    await(() -> checkpointed(id), agent, folder);
    gateway.stop.stop(id);
    assertEquals(0, agent.waitFor());
    Job.Stopped stopped = assertInstanceOf(Job.Stopped.class, gateway.jobs.require(id));
    assertEquals(1, stopped.ended().size());
  }

  @Test
  void hyperparametersAreFlatStringsAsSageMakerWantsThem() throws Exception {
    String id = gateway.submit(Sample.BREAST_CANCER, recipe(1));
    assertTrue(gateway.jobs.require(id) instanceof Job.Submitted);
    try (GatewayClient client = new GatewayClient(gateway.uri(), gateway.dispatch())) {
      ObjectNode flat = Layout.hyperparameters(client.claim(new AgentWire.Claim(0)));
      flat.properties().forEach(f -> assertTrue(f.getValue().isTextual(), f.getKey()));
      assertEquals("tabular-classification", flat.get("recipe").asText());
      assertEquals("{\"test\":0.2,\"validation\":0.1}", sorted(flat.get("split").asText()));
    }
  }

  private static String sorted(String json) throws Exception {
    return Json.write(Json.MAPPER.readValue(json, java.util.TreeMap.class));
  }

  private static Recipe recipe(int epochs) {
    ObjectNode recipe = Json.MAPPER.valueToTree(Sample.BREAST_CANCER.recipe());
    ((ObjectNode) recipe.get("training")).put("epochs", epochs).put("checkpointSteps", 50);
    ((ObjectNode) recipe.get("stopping")).put("patience", 10_000);
    return RecipeParser.parse(recipe);
  }

  private boolean checkpointed(String id) {
    return gateway.jobs.require(id) instanceof Job.Running r && r.checkpoint().isPresent();
  }

  private int run(String token, Path base) {
    try (GatewayClient client = new GatewayClient(gateway.uri(), token, Duration.ofMillis(20))) {
      return new Agent(
              client,
              new Folders(base),
              Algorithm.Starter.OURS,
              new StopSignal(),
              Clock.systemUTC())
          .run();
    }
  }

  private Process agent(String token, Path base) throws Exception {
    Files.createDirectories(base);
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.weir.worker.Main",
                "agent")
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("log").toFile());
    builder.environment().put("SAGEMAKER_BASE_DIR", base.toString());
    builder.environment().put("WEIR_GATEWAY_URL", gateway.uri().toString());
    builder.environment().put("WEIR_TOKEN", token);
    return builder.start();
  }

  private static void await(BooleanSupplier condition, Process process, Path base)
      throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end) || !process.isAlive()) {
        throw new AssertionError(Files.readString(base.resolve("log")));
      }
      Thread.sleep(20);
    }
  }
}
