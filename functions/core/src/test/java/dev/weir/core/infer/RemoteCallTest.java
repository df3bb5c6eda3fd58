package dev.weir.core.infer;

import static dev.weir.core.infer.InferWorld.ASK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a remote service answers, and what of it is metered. */
final class RemoteCallTest {

  private final InferWorld world = new InferWorld();

  @Test
  void answerIsPassedOnUnderWeirsNameAndItsTokensAreMetered() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(
                exchange,
                200,
                FakeOpenAi.completion(
                    "hi", "{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15}")))) {
      world.ports.secrets().put("remote/desk", "sk-theirs");
      world.connected(
          new Endpoint.Remote(
              service.baseUrl() + "/",
              "their-model",
              Optional.of("remote/desk"),
              2000,
              4096,
              Optional.empty()));

      JsonNode body = Json.parseTree(world.complete(ASK).body());

      assertEquals("hi", body.path("choices").path(0).path("message").path("content").asText());
      assertEquals("service-desk", body.path("model").asText());
      assertEquals("their-model", Json.parseTree(service.sent()).path("model").asText());
      assertEquals(List.of("Bearer sk-theirs"), service.authorizations);
      assertEquals(Map.of("calls", 1L, "input_tokens", 12L, "output_tokens", 3L), world.metered());
      assertFalse(body.path("usage").has("estimated"));
    }
  }

  @Test
  void answerWithoutUsageIsCountedAndMarked() throws Exception {
    try (var service =
        new FakeOpenAi(
            (exchange, _) -> FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("你好世界", "")))) {
      world.connected(service.baseUrl());
      JsonNode usage = Json.parseTree(world.complete(ASK).body()).path("usage");
      assertEquals(4, usage.path("completion_tokens").asInt());
      assertTrue(usage.path("estimated").asBoolean());
      assertEquals(Optional.empty(), world.direct().tokens().flag());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt_tokens\":-5,\"completion_tokens\":3}|prompt_tokens -5 < 1",
        "{\"prompt_tokens\":12,\"completion_tokens\":-1}|completion_tokens -1 < 0",
        "{\"prompt_tokens\":12,\"completion_tokens\":51}|completion_tokens 51 > 50",
        "{\"prompt_tokens\":900000,\"completion_tokens\":3}|prompt_tokens 900000 > ",
        "{\"prompt_tokens\":0,\"completion_tokens\":3}|prompt_tokens 0 < 1",
        "{\"prompt_tokens\":1.5,\"completion_tokens\":3}|prompt_tokens 1.5 is not an integer",
        "{\"prompt_tokens\":\"12\",\"completion_tokens\":3}|prompt_tokens \"12\" is not an integer",
        "{\"completion_tokens\":3}|prompt_tokens (missing) is not an integer",
        "{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":9}|total_tokens 9 < 12 + 3",
        "{\"prompt_tokens\":12,\"completion_tokens\":0}|completion_tokens 0 for an answer",
        "{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":3}|is not an integer",
      },
      quoteCharacter = '\'')
  void lieAboutUsageIsFlaggedAndCountedByWeir(String usage, String flag) throws Exception {
    try (var service =
        new FakeOpenAi(
            (exchange, _) -> FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("hi", usage)))) {
      world.connected(service.baseUrl());
      world.complete(ASK);
      Tokens tokens = world.direct().tokens();
      assertTrue(tokens.estimated());
      assertTrue(tokens.flag().orElseThrow().contains(flag), tokens.toString());
      assertEquals(tokens.input(), world.metered().get("input_tokens"));
      assertEquals(8, tokens.input());
      assertEquals(1, tokens.output());
    }
  }

  @Test
  void repeatedRequestCostsTheVendorAndTheCustomerNothing() throws Exception {
    try (var service =
        new FakeOpenAi(
            (exchange, _) -> FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("hi", "")))) {
      world.connected(service.baseUrl());
      Reply first = world.chat().complete(world.caller, ASK, Optional.of("k"));
      Reply again = world.chat().complete(world.caller, ASK, Optional.of("k"));
      assertEquals(first.body(), again.body());
      assertTrue(again.replayed());
      assertEquals(1, service.bodies.size());
      assertEquals(1L, world.metered().get("calls"));
    }
  }

  @Test
  void queuedQuestionIsAnsweredByARemoteService() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(
                exchange,
                200,
                FakeOpenAi.completion("hi", "{\"prompt_tokens\":12,\"completion_tokens\":3}")))) {
      world.connected(service.baseUrl());
      Calls calls = world.calls();
      Call.Question asked = InferWorld.question(world, "m1", "C1", "hello");
      calls.enqueue(asked);
      Call.Done done = (Call.Done) ((Calls.Over) calls.run(asked.callId())).call();
      assertEquals("hi", done.answer().text());
      assertEquals(Map.of("calls", 1L, "input_tokens", 12L, "output_tokens", 3L), world.metered());
    }
  }
}
