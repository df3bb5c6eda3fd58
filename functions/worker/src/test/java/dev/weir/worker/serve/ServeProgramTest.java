package dev.weir.worker.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.infer.Reply;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import dev.weir.worker.Main;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServeProgramTest {

  @TempDir Path folder;

  @Test
  void programServesWithRealEncodersAndDrainsOnTerm() throws Exception {
    try (TestDeployment deployment = new TestDeployment()) {
      deployment.deploy("desk:1", frozen());
      Process program = program(deployment);
      try {
        deployment.untilServed("desk:1");
        var reply = ask(deployment);
        var said = Json.parseTree(reply.body());
        assertTrue(said.path("usage").path("inputTokens").asInt() > 3, reply.body());
      } finally {
        program.destroy();
      }
      assertTrue(program.waitFor(20, TimeUnit.SECONDS));
      assertEquals(1, deployment.metered().get("calls"));
      assertTrue(deployment.replicas.list(TestDeployment.ENDPOINT).isEmpty());
    }
  }

  /** Its files may not grow from one moment on, as on a disk that is full. */
  @Test
  void programThatCannotRecordUsageAnswersNothingAndEndsSoThatAnotherFollows() throws Exception {
    try (TestDeployment deployment = new TestDeployment()) {
      deployment.deploy("desk:1", frozen());
      Process program = program(deployment);
      try {
        deployment.untilServed("desk:1");
        assertEquals(200, ask(deployment).status());
        limitFiles(program, Files.size(journal()) + 10);
        ProblemException refused =
            assertThrows(ProblemException.class, () -> ask(deployment).status());
        assertEquals(503, refused.problem().status());
        assertTrue(program.waitFor(20, TimeUnit.SECONDS), "it goes on");
        assertEquals(74, program.exitValue());
      } finally {
        program.destroy();
      }
      assertTrue(deployment.replicas.list(TestDeployment.ENDPOINT).isEmpty());
      assertEquals(1, deployment.metered().get("calls"), "what was answered");
      Process next = program(deployment);
      try {
        deployment.untilServed("desk:1");
        assertEquals(200, ask(deployment).status());
      } finally {
        next.destroy();
      }
      assertTrue(next.waitFor(20, TimeUnit.SECONDS));
      assertEquals(2, deployment.metered().get("calls"));
    }
  }

  private static Reply ask(TestDeployment deployment) {
    String body = "{\"instances\":[{\"text\":\"when is it refunded?\"}]}";
    return deployment
        .predict()
        .predict(deployment.caller, TestDeployment.ENDPOINT, body, Optional.empty());
  }

  private Path journal() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".wal")).findFirst().orElseThrow();
    }
  }

  private static void limitFiles(Process program, long bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid=" + program.pid(), "--fsize=" + bytes + ":")
            .inheritIO()
            .start();
    assertEquals(0, prlimit.waitFor());
  }

  @Test
  void missingSettingIsNamed() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ServeSettings.of(Map.of()));
    assertEquals("WEIR_GATEWAY_URL is not set", refused.getMessage());
    Map<String, String> port =
        Map.of(
            "WEIR_GATEWAY_URL", "http://127.0.0.1:1",
            "WEIR_TOKEN", "t",
            "WEIR_ENDPOINT", "desk",
            "WEIR_PORT", "70000");
    assertEquals(
        "WEIR_PORT \"70000\" is not 0..65535",
        assertThrows(IllegalArgumentException.class, () -> ServeSettings.of(port)).getMessage());
  }

  /** A linear model on the 384 numbers of the English encoder. */
  private static Map<String, byte[]> frozen() {
    Map<String, byte[]> files = new HashMap<>();
    files.put(
        "model.json",
        """
        {"format":"weir-model/1","task":"text-classification","labels":["a","b"],
         "encoders":["all-minilm-l6-v2-q"]}\
        """
            .getBytes(StandardCharsets.UTF_8));
    files.put("model.onnx", TinyOnnx.linear(new float[384][2], true));
    return files;
  }

  private Process program(TestDeployment deployment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve");
    builder
        .environment()
        .putAll(
            Map.of(
                "WEIR_GATEWAY_URL", deployment.url(),
                "WEIR_TOKEN", deployment.token(),
                "WEIR_ENDPOINT", TestDeployment.ENDPOINT,
                "WEIR_SERVE_DIR", Files.createDirectories(folder.resolve("serve")).toString()));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), "serve.log"))
        .start();
  }
}
