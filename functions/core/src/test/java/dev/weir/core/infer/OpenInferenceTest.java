package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.model.Lineage;
import dev.weir.core.model.ModelFile;
import dev.weir.core.model.ModelVersion;
import dev.weir.core.model.Models;
import dev.weir.core.model.Task;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenInferenceTest {

  private final InferWorld world = new InferWorld();

  @Test
  void tensorsBecomeInstancesAndPredictionsBecomeTensors() {
    String answer =
        """
        {"predictions":[{"label":"b","score":0.9},{"label":"m","score":0.8}],"usage":{}}\
        """;
    world
        .deployed(1)
        .client
        .then((_, _, _) -> new ReplicaClient.Reply(200, answer, Optional.empty()));
    JsonNode reply =
        infer(
            """
            {"id":"42","inputs":[
              {"name":"radius","shape":[2],"datatype":"FP64","data":[1.5,2.5]},
              {"name":"texture","shape":[2,1],"datatype":"FP64","data":[[3],[4]]}]}\
            """);
    assertEquals(
        Json.parseTree(
            "{\"instances\":[{\"radius\":1.5,\"texture\":3},{\"radius\":2.5,\"texture\":4}]}"),
        Json.parseTree(world.client.bodies.getFirst()));
    assertEquals("42", reply.path("id").asText());
    assertEquals(InferWorld.VERSION, reply.path("model_version").asText());
    assertEquals(
        Json.parseTree(
            """
            [{"name":"label","datatype":"BYTES","shape":[2],"data":["b","m"]},
             {"name":"score","datatype":"FP64","shape":[2],"data":[0.9,0.8]}]\
            """),
        reply.path("outputs"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{}|\"inputs\" is not an array",
        "{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"data\":[1]}]}|/inputs/0/data has 1 values,"
            + " not 2",
        "{\"inputs\":[{\"name\":\"a\",\"shape\":[1,9],\"data\":[1]}]}|neither [n] nor [n, 1]",
        "{\"inputs\":[{\"shape\":[1],\"data\":[1]}]}|/inputs/0/name is missing",
        "{\"inputs\":[{\"name\":\"a\",\"shape\":[1001],\"data\":[]}]}|batch size 1001 > 1000",
      })
  void badTensorsAreToldWhatIsWrong(String body, String detail) {
    world.deployed(1);
    Problem problem = assertThrows(ProblemException.class, () -> infer(body)).problem();
    assertTrue(problem.detail().contains(detail), problem.detail());
  }

  @Test
  void modelIsReadyOnceAReplicaIs() {
    world.deployed(0);
    assertFalse(protocol().ready(world.caller, InferWorld.ENDPOINT));
    world.deployed(1);
    assertTrue(protocol().ready(world.caller, InferWorld.ENDPOINT));
    JsonNode metadata =
        Json.parseTree(protocol().metadata(world.caller, InferWorld.ENDPOINT).body());
    assertEquals(InferWorld.VERSION, metadata.at("/versions/0").asText());
    assertThrows(ProblemException.class, () -> protocol().metadata(world.caller, "other"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "TABULAR_CLASSIFICATION|radius FP64,texture FP64|label BYTES,score FP64",
        "TABULAR_REGRESSION|radius FP64,texture FP64|value FP64",
        "TEXT_CLASSIFICATION|text BYTES|label BYTES,score FP64,answered BOOL,answer BYTES",
      })
  void tensorsAreListedAsTheModelsOwnFileHasThem(Task task, String inputs, String outputs)
      throws IOException {
    String features =
        task == Task.TEXT_CLASSIFICATION ? "" : "{\"name\":\"radius\"},{\"name\":\"texture\"}";
    byte[] model = ("{\"features\":[" + features + "]}").getBytes(StandardCharsets.UTF_8);
    String blob = world.ports.blobs().putContent(new ByteArrayInputStream(model));
    ModelVersion version =
        new ModelVersion(
            InferWorld.ENDPOINT,
            1,
            task,
            Map.of("model.json", new ModelFile(blob, model.length, "")),
            Map.of(),
            new Lineage("d:1", "", "", "", 1, "j", 1),
            world.clock.instant());
    world.ports.table().commit(new Models(world.ports).writes(version));
    world.deployed(1);
    JsonNode listed = Json.parseTree(protocol().metadata(world.caller, InferWorld.ENDPOINT).body());
    assertEquals(inputs, tensors(listed.path("inputs")));
    assertEquals(outputs, tensors(listed.path("outputs")));
  }

  private static String tensors(JsonNode tensors) {
    List<String> said = new ArrayList<>();
    for (JsonNode tensor : tensors) {
      assertEquals("[-1]", tensor.path("shape").toString());
      said.add(tensor.path("name").asText() + " " + tensor.path("datatype").asText());
    }
    return String.join(",", said);
  }

  private JsonNode infer(String body) {
    Reply reply = protocol().infer(world.caller, InferWorld.ENDPOINT, body, Optional.empty());
    return Json.parseTree(reply.body());
  }

  private OpenInference protocol() {
    return new OpenInference(world.ports, world.endpoints, world.replicas, world.client);
  }
}
