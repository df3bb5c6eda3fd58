package dev.weir.worker.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.worker.samples.FiveSeeds;
import dev.weir.worker.samples.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The headline: real processes, really killed. */
class ResumeTest {

  private static final int STEPS_PER_EPOCH = 13; // 398 rows to learn from in batches of 32.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void killedMidEpochAndTerminatedItEndsWithTheSameBytesAsUninterrupted() throws Exception {
    Folders whole = layout("whole");
    Process uninterrupted = start(whole);
    Folders broken = layout("broken");
    Process first = start(broken);
    Path killedAt = awaitCheckpoint(broken, first, 0);
    first.destroyForcibly().waitFor();
    long killedStep =
        Checkpoints.step(new Checkpoints(broken.checkpoints()).newest().orElseThrow());
    assertTrue(killedStep % STEPS_PER_EPOCH != 0, "killed in the middle of an epoch: " + killedAt);

    Process second = start(broken);
    awaitCheckpoint(broken, second, killedStep);
    Instant asked = Instant.now();
    second.destroy();
    assertEquals(TrainProgram.STOPPED, second.waitFor());
    assertTrue(Duration.between(asked, Instant.now()).compareTo(Duration.ofSeconds(20)) < 0);
    assertTrue(Files.readString(broken.failure()).startsWith("stopped at step"));
    assertTrue(Files.notExists(broken.model().resolve("model.json")), "it had not ended");

    Process third = start(broken);
    assertTrue(third.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, third.exitValue());
    assertTrue(uninterrupted.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, uninterrupted.exitValue());
    Path expected = new Checkpoints(whole.checkpoints()).newest().orElseThrow();
    Path actual = new Checkpoints(broken.checkpoints()).newest().orElseThrow();
    assertEquals(expected.getFileName(), actual.getFileName());
    for (String file :
        List.of(Checkpoints.MODEL, Checkpoints.BEST, Checkpoints.OPTIMIZER, Checkpoints.STATE)) {
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(file)),
          Files.readAllBytes(actual.resolve(file)),
          file);
    }
    for (String file : List.of("model.safetensors", "model.onnx")) {
      assertArrayEquals(
          Files.readAllBytes(whole.model().resolve(file)),
          Files.readAllBytes(broken.model().resolve(file)),
          file);
    }
  }

  private Folders layout(String name) throws IOException {
    Folders folders = new Folders(folder.resolve(name)).create();
    ObjectNode recipe = Json.MAPPER.valueToTree(Sample.BREAST_CANCER.recipe());
    ((ObjectNode) recipe.get("model")).put("dropout", 0.2);
    ((ObjectNode) recipe.get("training")).put("epochs", 150).put("checkpointSteps", 7);
    ((ObjectNode) recipe.get("stopping")).put("patience", 1000);
    Files.writeString(folders.config("hyperparameters.json"), Json.write(recipe));
    FiveSeeds.data(Sample.BREAST_CANCER, folders);
    return folders;
  }

  private static Process start(Folders folders) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.weir.worker.Main",
                "train")
            .redirectErrorStream(true)
            .redirectOutput(folders.base().resolve("log").toFile());
    builder.environment().put("SAGEMAKER_BASE_DIR", folders.base().toString());
    return builder.start();
  }

  /** Waits for a checkpoint after a step, in the middle of an epoch. */
  private static Path awaitCheckpoint(Folders folders, Process process, long after)
      throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end) && process.isAlive()) {
      Optional<Path> newest = new Checkpoints(folders.checkpoints()).newest();
      if (newest.isPresent()
          && Checkpoints.step(newest.get()) > after
          && Checkpoints.step(newest.get()) % STEPS_PER_EPOCH != 0) {
        return newest.get();
      }
      Thread.sleep(1);
    }
    throw new AssertionError(
        "no checkpoint after step "
            + after
            + ": "
            + Files.readString(folders.base().resolve("log")));
  }
}
