package dev.weir.core.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RemoteCallTest {

  private static final String ASK =
      """
      {"model":"service-desk","max_tokens":50,"messages":[{"role":"user","content":"hello there"}]}\
      """;
  private static final String ASK_STREAM = ASK.replace("{\"model", "{\"stream\":true,\"model");

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

      JsonNode body = Json.parseTree(chat(ASK).body());

      assertEquals("hi", body.path("choices").path(0).path("message").path("content").asText());
      assertEquals("service-desk", body.path("model").asText());
      assertEquals("their-model", Json.parseTree(service.sent()).path("model").asText());
      assertEquals(List.of("Bearer sk-theirs"), service.authorizations);
      assertEquals(Map.of("calls", 1L, "input_tokens", 12L, "output_tokens", 3L), world.metered());
      assertFalse(body.path("usage").has("estimated"));
    }
  }

  @Test
  void streamIsPassedOnWhileItComesWithItsUsage() throws Exception {
    String events =
        ": ping\r\n\r\ndata: "
            + FakeOpenAi.chunk("你好")
            + "\r\n\r\ndata:"
            + FakeOpenAi.chunk("，世界")
            + "\n\n"
            + "data: "
            + FakeOpenAi.STOP
            + "\n\ndata: "
            + FakeOpenAi.usageChunk(7, 4)
            + "\n\ndata: [DONE]\n\n";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      stream(ASK_STREAM, got);

      assertEquals("[DONE]", got.getLast());
      StringBuilder text = new StringBuilder();
      for (String event : got.subList(0, got.size() - 1)) {
        JsonNode chunk = Json.parseTree(event);
        assertEquals("service-desk", chunk.path("model").asText());
        assertFalse(chunk.has("usage"), "the customer did not ask for it");
        text.append(chunk.path("choices").path(0).path("delta").path("content").asText(""));
      }
      assertEquals("你好，世界", text.toString());
      assertTrue(
          Json.parseTree(service.sent()).path("stream_options").path("include_usage").asBoolean());
      assertEquals(Map.of("calls", 1L, "input_tokens", 7L, "output_tokens", 4L), world.metered());
    }
  }

  @Test
  void streamWithoutUsageIsCountedAndMarked() throws Exception {
    String events =
        "data: " + FakeOpenAi.chunk("你好") + "\n\ndata: " + FakeOpenAi.STOP + "\n\ndata: [DONE]\n\n";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, events))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      String ask =
          ASK_STREAM.replace(
              "{\"stream\"", "{\"stream_options\":{\"include_usage\":true},\"stream\"");
      stream(ask, got);

      JsonNode usage = Json.parseTree(got.get(got.size() - 2)).path("usage");
      assertEquals(2, usage.path("completion_tokens").asInt());
      assertTrue(usage.path("estimated").asBoolean());
      assertEquals(2L, world.metered().get("output_tokens"));
      assertTrue(direct().tokens().estimated());
    }
  }

  @Test
  void answerWithoutUsageIsCountedAndMarked() throws Exception {
    try (var service =
        new FakeOpenAi(
            (exchange, _) -> FakeOpenAi.json(exchange, 200, FakeOpenAi.completion("你好世界", "")))) {
      world.connected(service.baseUrl());
      JsonNode usage = Json.parseTree(chat(ASK).body()).path("usage");
      assertEquals(4, usage.path("completion_tokens").asInt());
      assertTrue(usage.path("estimated").asBoolean());
      assertEquals(Optional.empty(), direct().tokens().flag());
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
      chat(ASK);
      Tokens tokens = direct().tokens();
      assertTrue(tokens.estimated());
      assertTrue(tokens.flag().orElseThrow().contains(flag), tokens.toString());
      assertEquals(tokens.input(), world.metered().get("input_tokens"));
      assertEquals(8, tokens.input());
      assertEquals(1, tokens.output());
    }
  }

  @Test
  void serviceThatIsDownIsABadGateway() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    world.connected("http://127.0.0.1:" + port + "/v1");
    assertRefused(502, "is down");
  }

  @Test
  void serviceThatIsSlowIsAGatewayTimeout() throws Exception {
    try (var service = new FakeOpenAi((_, _) -> sleep(3000))) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 200, 100, Optional.empty()));
      assertRefused(504, "no answer in 200 ms");
    }
  }

  @Test
  void streamThatStallsIsAGatewayTimeout() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          FakeOpenAi.events(exchange, "data: " + FakeOpenAi.chunk("x") + "\n\n");
          sleep(3000);
        })) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 300, 100, Optional.empty()));
      List<String> got = new ArrayList<>();
      Problem problem =
          assertThrows(ProblemException.class, () -> stream(ASK_STREAM, got)).problem();
      assertEquals(504, problem.status());
      assertEquals(1, got.size());
      assertEquals(1L, world.metered().get("output_tokens"), "what was delivered is billed");
      assertTrue(direct().tokens().flag().orElseThrow().contains("nothing came for 300 ms"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: {\"choices\":[|ended its stream",
        "data: not json\\n\\n|not JSON",
        "data: [1]\\n\\n|not an object",
        "data: {\"error\":{\"message\":\"boom\"}}\\n\\n|an error in its stream: boom",
        "data: [DONE]\\n\\n|without an event",
      })
  void malformedStreamIsABadGatewayAndUnbilled(String events, String detail) throws Exception {
    String sent = events.replace("\\n", "\n");
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, sent))) {
      world.connected(service.baseUrl());
      assertRefused(ASK_STREAM, 502, detail);
    }
  }

  @Test
  void answerThatIsNotTheProtocolIsABadGateway() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, "<html>"))) {
      world.connected(service.baseUrl());
      assertRefused(502, "malformed JSON");
      assertRefused(ASK_STREAM, 502, "where a stream was asked for");
    }
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, "{}"))) {
      world.connected(service.baseUrl());
      assertRefused(502, "without choices");
    }
  }

  @Test
  void busyServiceSaysWhenToComeAgain() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          exchange.getResponseHeaders().set("Retry-After", "17");
          FakeOpenAi.json(exchange, 429, "{}");
        })) {
      world.connected(service.baseUrl());
      Problem problem = assertThrows(ProblemException.class, () -> chat(ASK)).problem();
      assertEquals(Optional.of(17L), problem.retryAfterSeconds());
    }
  }

  @Test
  void redirectIsNotFollowedAndAHugeAnswerIsNotRead() throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
          FakeOpenAi.json(exchange, 307, "{}");
        })) {
      world.connected(service.baseUrl());
      assertRefused(502, "answered 307, a redirect");
      assertRefused(ASK_STREAM, 502, "answered 307, a redirect");
    }
    String huge = "\"" + "x".repeat(RemoteCall.ANSWER_MAX_BYTES) + "\"";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.json(exchange, 200, huge))) {
      world.connected(service.baseUrl());
      assertRefused(502, "answered more than 8388608 B");
    }
  }

  @ParameterizedTest
  @CsvSource({"500,502", "404,502", "401,502", "429,503", "503,503", "400,400"})
  void everyRefusalHasItsStatus(int theirs, int ours) throws Exception {
    try (var service =
        new FakeOpenAi((exchange, _) ->
            FakeOpenAi.json(exchange, theirs, "{\"error\":{\"message\":\"no\"}}"))) {
      world.connected(service.baseUrl());
      assertRefused(ours, "");
    }
  }

  @Test
  void customerWhoLeavesPaysForWhatWasPassedOn() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      assertThrows(IllegalStateException.class, () -> stream(ASK_STREAM, leavingAfter(1, got)));
      assertTrue(direct().tokens().flag().orElseThrow().contains("left"));
      assertEquals(2L, world.metered().get("output_tokens"), "one of two words was delivered");
    }
  }

  @Test
  void customerWhoLeavesBeforeAnyTextPaysNothing() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      assertThrows(
          IllegalStateException.class,
          () -> stream(ASK_STREAM, leavingAfter(0, new ArrayList<>())));
      assertEquals(Map.of(), world.metered());
    }
  }

  @Test
  void customerWhoLeavesWhileNothingComesIsNoticed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (var service =
        new FakeOpenAi((exchange, _) -> {
          FakeOpenAi.events(exchange, "data: " + FakeOpenAi.chunk("你好") + "\n\n");
          FakeOpenAi.untilClosed(exchange);
          closed.countDown();
        })) {
      world.connected(
          new Endpoint.Remote(
              service.baseUrl(), "m", Optional.empty(), 20_000, 100, Optional.empty()));
      EventSink leaves =
          new EventSink() {
            @Override
            public void event(String data) {}

            @Override
            public void idle() {
              throw new IllegalStateException("gone");
            }
          };
      assertThrows(IllegalStateException.class, () -> stream(ASK_STREAM, leaves));
      assertTrue(closed.await(5, TimeUnit.SECONDS), "the service was not told");
      assertEquals(2L, world.metered().get("output_tokens"));
    }
  }

  @Test
  void serviceThatBreaksOffIsBilledForWhatWasPassedOn() throws Exception {
    String half = "data: " + FakeOpenAi.chunk("你好") + "\n\ndata: {\"choi";
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, half))) {
      world.connected(service.baseUrl());
      List<String> got = new ArrayList<>();
      Problem problem =
          assertThrows(ProblemException.class, () -> stream(ASK_STREAM, got)).problem();
      assertEquals(502, problem.status());
      assertEquals(1, got.size());
      assertEquals(2L, world.metered().get("output_tokens"));
      assertTrue(direct().tokens().estimated());
      assertTrue(direct().tokens().flag().orElseThrow().contains("broken off after 1 events"));
    }
  }

  @Test
  void streamThatIsRepeatedUnderItsKeyIsReplayedForFree() throws Exception {
    try (var service = new FakeOpenAi((exchange, _) -> FakeOpenAi.events(exchange, twoWords()))) {
      world.connected(service.baseUrl());
      List<String> first = new ArrayList<>();
      List<String> again = new ArrayList<>();
      world.chat().stream(world.caller, ASK_STREAM, Optional.of("k"), first::add);
      world.chat().stream(world.caller, ASK_STREAM, Optional.of("k"), again::add);
      assertEquals(first, again);
      assertEquals("[DONE]", again.getLast());
      assertEquals(1, service.bodies.size());
      assertEquals(1L, world.metered().get("calls"));
    }
  }

  private static String twoWords() {
    return "data: %s\n\ndata: %s\n\ndata: %s\n\ndata: [DONE]\n\n"
        .formatted(FakeOpenAi.chunk("你好"), FakeOpenAi.chunk("世界"), FakeOpenAi.STOP);
  }

  private static EventSink leavingAfter(int events, List<String> got) {
    return event -> {
      if (got.size() == events) {
        throw new IllegalStateException("gone");
      }
      got.add(event);
    };
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

  private void stream(String body, List<String> got) {
    stream(body, (EventSink) got::add);
  }

  private void stream(String body, EventSink sink) {
    world.chat().stream(world.caller, body, Optional.empty(), sink);
  }

  private Reply chat(String body) {
    return world.chat().complete(world.caller, body, Optional.empty());
  }

  private void assertRefused(int status, String detail) {
    assertRefused(ASK, status, detail);
  }

  private void assertRefused(String ask, int status, String detail) {
    Problem problem = assertThrows(ProblemException.class, () -> chat(ask)).problem();
    assertEquals(status, problem.status(), problem.toString());
    assertTrue(problem.detail().contains(detail), problem.detail());
    assertEquals(Map.of(), world.metered());
  }

  private Call.Direct direct() {
    String callId = world.facts().getFirst().callId();
    return (Call.Direct)
        Json.read(world.ports.table().get(Keys.call(callId)).orElseThrow().body(), Call.class);
  }

  private static void sleep(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
