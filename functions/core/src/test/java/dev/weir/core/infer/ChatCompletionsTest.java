package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatCompletionsTest {

  private final InferWorld world = new InferWorld().deployed(1);

  @Test
  void ownModelAnswersInOpenAisShape() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    JsonNode body = Json.parseTree(chat(ask("\"refund?\"")).body());

    assertEquals("chat.completion", body.path("object").asText());
    JsonNode choice = body.path("choices").path(0);
    assertEquals("Within 14 days.", choice.path("message").path("content").asText());
    assertEquals("stop", choice.path("finish_reason").asText());
    assertEquals(13, body.path("usage").path("total_tokens").asInt());
    assertEquals(0.97, body.path("weir").path("confidence").asDouble());
    assertEquals("refund", body.path("weir").path("intent").asText());
    assertTrue(body.path("weir").path("answered").asBoolean());
  }

  @Test
  void lastUserMessageIsTheQuestionAlsoInParts() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    String ask =
        """
        {"model":"service-desk","messages":[{"role":"system","content":"be kind"},
         {"role":"user","content":"first"},{"role":"assistant","content":"yes"},
         {"role":"user","content":[{"type":"text","text":"sec"},{"type":"text","text":"ond"}]}]}\
        """;
    chat(ask);
    JsonNode sent = Json.parseTree(world.client.bodies.getFirst());
    assertEquals("second", sent.path("instances").path(0).path("text").asText());
  }

  @Test
  void unsureModelSaysItDoesNotKnow() {
    world.client.thenText("refund", 0.2, false, "");
    JsonNode body = Json.parseTree(chat(ask("\"今天天气如何\"")).body());
    JsonNode message = body.path("choices").path(0).path("message");
    assertEquals("抱歉，这个问题我还不知道答案。", message.path("content").asText());
    assertFalse(body.path("weir").path("answered").asBoolean());
  }

  @Test
  void answerUnderAKeyIsKeptAndCountedInOneCommit() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    Optional<String> key = Optional.of("k1");
    Reply first = world.chat().complete(world.caller, ask("\"refund?\""), key);
    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
    assertEquals(first.body(), world.chat().complete(world.caller, ask("\"refund?\""), key).body());
    assertEquals(Map.of("calls", 1L, "compute_us", 1500L), world.metered());
  }

  @Test
  void streamedAnswerIsAListOfEventsThatEndsWithDone() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    String ask =
        ask("\"refund?\"")
            .replace(
                "{\"model", "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model");
    Reply reply = chat(ask);
    assertEquals(Reply.EVENT_STREAM, reply.contentType());
    List<String> events = reply.body().lines().filter(line -> !line.isEmpty()).toList();
    assertEquals("data: [DONE]", events.getLast());
    StringBuilder text = new StringBuilder();
    for (String event : events.subList(0, events.size() - 1)) {
      JsonNode chunk = Json.parseTree(event.substring("data: ".length()));
      text.append(chunk.path("choices").path(0).path("delta").path("content").asText(""));
    }
    assertEquals("Within 14 days.", text.toString());
    assertEquals(
        13,
        Json.parseTree(events.get(events.size() - 2).substring(6))
            .path("usage")
            .path("total_tokens")
            .asInt());
  }

  @Test
  void repeatedStreamIsReplayedAsAStream() {
    world.client.thenText("refund", 0.97, true, "Within 14 days.");
    String ask = ask("\"refund?\"").replace("{\"model", "{\"stream\":true,\"model");
    Reply first = world.chat().complete(world.caller, ask, Optional.of("k"));
    Reply again = world.chat().complete(world.caller, ask, Optional.of("k"));
    assertEquals(first.body(), again.body());
    assertEquals(Reply.EVENT_STREAM, again.contentType());
    assertEquals(1, world.client.asked.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{|400",
        "[]|422",
        "{\"model\":1,\"messages\":[]}|422",
        "{\"model\":\"service-desk\",\"messages\":[]}|422",
        "{\"model\":\"service-desk\",\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}|422",
        "{\"model\":\"service-desk\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}|422",
        "{\"model\":\"service-desk\",\"messages\":[{\"role\":\"user\",\"content\":\" \"}]}|422",
        "{\"model\":\"service-desk\",\"stream\":\"yes\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|422",
        "{\"model\":\"service-desk\",\"n\":99,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|422",
        "{\"model\":\"service-desk\",\"max_tokens\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|422",
        "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|404",
      })
  void badRequestsAreToldWhatIsWrong(String body, int status) {
    ProblemException refused = assertThrows(ProblemException.class, () -> chat(body));
    assertEquals(status, refused.problem().status(), refused.problem().toString());
    JsonNode error = Json.parseTree(OpenAiError.body(refused.problem())).path("error");
    assertFalse(error.path("message").asText().isBlank());
    assertEquals(0, world.client.asked.size());
  }

  @Test
  void embeddingsComeAsFloatsOrBase64() {
    String answer =
        "{\"embeddings\":[[0.5,-2.0],[1.0,3.0]],\"usage\":{\"inputTokens\":6,\"computeUs\":5}}";
    world.client.then((_, _, _) -> new ReplicaClient.Reply(200, answer, Optional.empty()));
    Embeddings embeddings =
        new Embeddings(world.ports, world.endpoints, world.replicas, world.client);
    String ask = "{\"model\":\"service-desk\",\"input\":[\"a\",\"b\"]}";
    JsonNode floats = Json.parseTree(embeddings.embed(world.caller, ask, Optional.empty()).body());
    assertEquals(-2.0, floats.path("data").path(0).path("embedding").path(1).asDouble());
    assertEquals(6, floats.path("usage").path("prompt_tokens").asInt());
    String base64 = ask.replace("{\"model", "{\"encoding_format\":\"base64\",\"model");
    JsonNode text = Json.parseTree(embeddings.embed(world.caller, base64, Optional.empty()).body());
    assertEquals("AAAAPwAAAMA=", text.path("data").path(0).path("embedding").asText());
    assertEquals(1, text.path("data").path(1).path("index").asInt());
  }

  @Test
  void modelsOfTheAgreementAreListed() {
    JsonNode list =
        Json.parseTree(new ModelList(world.ports, world.endpoints).list(world.caller).body());
    assertEquals("service-desk", list.path("data").path(0).path("id").asText());
  }

  private Reply chat(String body) {
    return world.chat().complete(world.caller, body, Optional.empty());
  }

  private static String ask(String content) {
    return "{\"model\":\"service-desk\",\"messages\":[{\"role\":\"user\",\"content\":"
        + content
        + "}]}";
  }
}
