package dev.weir.worker.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.worker.Main;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
        var reply =
            deployment
                .predict()
                .predict(
                    deployment.caller,
                    TestDeployment.ENDPOINT,
                    "{\"instances\":[{\"text\":\"when is it refunded?\"}]}",
                    Optional.empty());
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
