package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TryOutTest {

  private static final String BODY = "{\"instances\":[{\"text\":\"hello\"}]}";

  @Test
  void ownModelAnswersAndNobodyCountsIt() {
    InferWorld world = new InferWorld().deployed(1);
    byte[] key = world.endpoints.grantKey(InferWorld.ENDPOINT);
    world.client.then((_, token, _) -> {
      Grant grant = Grant.verify(token, key, InferWorld.ENDPOINT, world.clock);
      assertEquals(Grant.Billing.ROW, grant.billing(), "the replica's journal must not count it");
      return new ReplicaClient.Reply(
          200, "{\"predictions\":[{\"label\":\"hi\"}]}", Optional.empty());
    });
    JsonNode answer = tried(world, BODY);
    assertEquals("hi", answer.at("/predictions/0/label").asText());
    assertTrue(answer.path("trial").asBoolean());
    assertEquals(InferWorld.VERSION, answer.path("version").asText());
    assertEquals(List.of(), world.facts());
  }

  @Test
  void remoteServiceIsAskedOneTextAndNobodyIsBilled() throws Exception {
    String usage = "{\"prompt_tokens\":-1,\"completion_tokens\":2}";
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("Hello!", usage)))) {
      InferWorld world = new InferWorld().connected(service.baseUrl());
      JsonNode answer = tried(world, BODY);
      assertEquals("Hello!", answer.at("/predictions/0/answer").asText());
      assertEquals("prompt_tokens -1 < 1", answer.at("/usage/flag").asText());
      assertEquals(Map.of(), world.metered());
      assertEquals(422, refused(world, "{\"instances\":[{\"text\":\"a\"},{\"text\":\"b\"}]}"));
    }
  }

  @Test
  void unknownEndpointAndEmptyBatchAreRefused() {
    InferWorld world = new InferWorld();
    assertEquals(404, refused(world, BODY));
    assertEquals(422, refused(world.deployed(1), "{\"instances\":[]}"));
  }

  private static JsonNode tried(InferWorld world, String body) {
    return Json.parseTree(tryOut(world).predict(InferWorld.ENDPOINT, body).body());
  }

  private static int refused(InferWorld world, String body) {
    return assertThrows(
            ProblemException.class, () -> tryOut(world).predict(InferWorld.ENDPOINT, body))
        .problem()
        .status();
  }

  private static TryOut tryOut(InferWorld world) {
    return new TryOut(world.ports, world.endpoints, world.replicas, world.client);
  }
}
